import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChannelModel, ConnectorModel, Model, PipelineModel } from '../../engine/core/model.ts'
import { plan } from '../../engine/runtime/plan.ts'

const where = { file: 'a.yaml', line: 1, column: 1, pointer: '' }

/** `name@hash!claim` */
function connector(text: string): ConnectorModel {
  const { name, hash, claims } = read(text)
  return {
    kind: 'connector',
    type: 'cache',
    config: {},
    where,
    id: `connector/${name}`,
    name,
    hash,
    claims,
    needs: [],
    breaker: false,
    required: false,
  }
}
function channel(text: string): ChannelModel {
  const { name, hash, claims } = read(text)
  return {
    kind: 'channel',
    type: name.startsWith('served') ? 'http' : 'schedule',
    config: {},
    where,
    id: name,
    pipeline: 'p',
    hash,
    claims,
    needs: [],
    async: false,
    security: [],
  }
}
function read(text: string): { name: string; hash: string; claims: readonly string[] } {
  const [, name = '', hash = '', claim] = /^([a-z]+)@(\d+)(?:!(.+))?$/.exec(text) ?? []
  return { name, hash, claims: claim === undefined ? [] : [claim] }
}
function model(connectors: readonly string[], channels: readonly string[]): Model {
  const pipeline: PipelineModel = {
    name: 'p',
    tags: [],
    channels: channels.map(channel),
    steps: [],
    guarantee: 'at-least-once',
    redelivery: { attempts: 5, delay: 1000, backoff: 2, maxDelay: 60_000 },
    deadLetter: 'store',
    queue: { maxMessages: 1, maxBytes: 1, maxAge: 1 },
    catch: [],
    finally: [],
    hash: '',
    where,
  }
  return {
    hash: '',
    connectors: new Map(connectors.map(connector).map(one => [one.name, one])),
    security: new Map(),
    schemas: new Map(),
    listeners: new Map(),
    pipelines: new Map([['p', pipeline]]),
    plugins: new Set(),
  }
}

const cases = [
  { name: 'nothing ran before', old: undefined, next: [['a@1'], ['c@1']], want: { start: 'connector/a c', keep: '', stop: '', first: '' } },
  {
    name: 'nothing changed',
    old: [['a@1'], ['c@1']],
    next: [['a@1'], ['c@1']],
    want: { start: '', keep: 'connector/a c', stop: '', first: '' },
  },
  {
    name: 'a changed one is started beside its predecessor',
    old: [['a@1'], []],
    next: [['a@2'], []],
    want: { start: 'connector/a', keep: '', stop: 'connector/a', first: '' },
  },
  {
    name: 'one is removed',
    old: [['a@1', 'b@1'], []],
    next: [['a@1'], []],
    want: { start: '', keep: 'connector/a', stop: 'connector/b', first: '' },
  },
  {
    name: 'a claim that changes hands is let go first',
    old: [['a@1!id'], []],
    next: [['b@1!id'], []],
    want: { start: 'connector/b', keep: '', stop: 'connector/a', first: 'connector/a' },
  },
  {
    name: 'a changed one with a claim is its own predecessor',
    old: [[], ['c@1!queue']],
    next: [[], ['c@2!queue']],
    want: { start: 'c', keep: '', stop: 'c', first: 'c' },
  },
  {
    name: 'a claim that is only let go waits for the drain',
    old: [['a@1!id'], []],
    next: [[], []],
    want: { start: '', keep: '', stop: 'connector/a', first: '' },
  },
  {
    name: 'served channels have no life',
    old: undefined,
    next: [[], ['served@1', 'c@1']],
    want: { start: 'c', keep: '', stop: '', first: '' },
  },
] as const

for (const { name, old, next, want } of cases)
  test(`plan: ${name}`, () => {
    const found = plan(old === undefined ? undefined : model(old[0], old[1]), model(next[0], next[1]), one => one.type !== 'http')
    const ids = (key: 'start' | 'keep' | 'stop'): string => [...found.connectors[key], ...found.consumers[key]].map(one => one.id).join(' ')
    assert.deepEqual({ start: ids('start'), keep: ids('keep'), stop: ids('stop'), first: [...found.stopFirst].join(' ') }, want)
  })
