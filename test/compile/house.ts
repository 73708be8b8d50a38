import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { compile } from '../../engine/compile/compile.ts'
import { Load, type LoadLimits, standardLimits } from '../../engine/compile/load.ts'
import type { State } from '../../engine/compile/options.ts'
import type { Invoked, LiveConnector, Revision } from '../../engine/compile/revision.ts'
import { load } from '../../engine/config/load.ts'
import type { ConnectorDefinition, Operation, Result } from '../../engine/core/component.ts'
import { asSluiceError, type SluiceError } from '../../engine/core/errors.ts'
import type { Body, Inbound, Reply } from '../../engine/core/message.ts'
import type { ConnectorModel, Model } from '../../engine/core/model.ts'
import type { AccessRecord } from '../../engine/core/ports.ts'
import type { Scope, StepEvent } from '../../engine/core/scope.ts'
import type { Store } from '../../engine/core/store.ts'
import { DeadLetters, standardBounds } from '../../engine/durable/dead-letters.ts'
import { Intake } from '../../engine/durable/intake.ts'
import { Registry } from '../../engine/registry/registry.ts'
import { type Definitions, loadDefinitions } from '../../engine/runtime/definitions.ts'
import { State as RealState } from '../../engine/runtime/state.ts'
import { BuiltInSchemas } from '../../engine/schema/built-in.ts'
import { MemoryStore } from '../../engine/store/memory.ts'
import { type TestClock, type TestHost, testClock, testHost } from '../support/host.ts'

/** An operation of a test, and every argument object that it was called with. */
export type Answer = (args: Readonly<Record<string, unknown>>, scope: Scope) => Promise<Result | undefined> | Result | undefined

export interface HouseOptions {
  /** By `connector.operation`; a connector without any is the real one. */
  readonly operations?: Readonly<Record<string, Answer>>
  readonly state?: State
  readonly store?: Store
  readonly limits?: LoadLimits
  readonly plugins?: string
  readonly clock?: TestClock
}

export interface Call {
  readonly operation: string
  readonly args: Readonly<Record<string, unknown>>
}

/** A revision made of YAML, as the gateway makes it, with ears. */
export interface House {
  readonly revision: Revision
  readonly calls: readonly Call[]
  readonly records: readonly AccessRecord[]
  readonly lines: TestHost['lines']
  readonly clock: TestClock
  /** Runs the pipeline `p` with a body; rejects with its SluiceError. */
  run(body?: Body, inbound?: Partial<Inbound>, watch?: (event: StepEvent) => void): Promise<Invoked>
  /** The error of such a run. */
  failure(body?: Body, inbound?: Partial<Inbound>): Promise<SluiceError>
  /** A request to the first served route of `p`. */
  request(request: Request): Promise<Reply>
}

export interface Request {
  readonly body?: string | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly params?: Readonly<Record<string, string>> | undefined
  readonly query?: Readonly<Record<string, string | readonly string[]>> | undefined
  readonly route?: number
  /** By default the route's first. */
  readonly method?: string
  readonly signal?: AbortSignal
}

/** `yaml` is a whole document; where it begins with `steps:`, it is the pipeline `p`. */
export async function house(context: TestContext, yaml: string, options: HouseOptions = {}): Promise<House> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-compile-'))
  context.after(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'test.yaml'), documentOf(yaml))
  const registry = await Registry.open({ plugins: options.plugins })
  context.after(() => registry.close())
  const { model, findings } = await load({ folder, environment: {}, registry, listen: { host: '127.0.0.1', port: 0 } })
  if (model === undefined) throw new Error(findings.map(({ line, column, message }) => `${line}:${column} ${message}`).join('\n'))

  const definitions = await loadDefinitions(model, registry)
  const host = testHost()
  const clock = options.clock ?? testClock()
  const store = options.store ?? new MemoryStore(clock)
  const calls: Call[] = []
  const records: AccessRecord[] = []
  const revision = compile({
    model,
    definitions,
    clock,
    connectors: connect(model, { definitions, host, calls, operations: options.operations ?? {} }),
    schemas: new BuiltInSchemas(registry.documents),
    state: options.state ?? new RealState(),
    store,
    intake: new Intake({ store, clock, woken: () => undefined }),
    load: new Load(options.limits ?? standardLimits),
    deadLetters: new DeadLetters({ store, clock, bounds: standardBounds }),
    node: 'test',
    access: record => void records.push(record),
    log: host.log,
  })
  const run: House['run'] = (body, inbound, watch) => {
    const pipeline = revision.pipelines.get('p')
    if (pipeline === undefined) throw new Error('there is no pipeline p')
    return pipeline.invoke({ body: { value: body }, headers: {}, source: {}, ...inbound }, { watch })
  }
  return {
    revision,
    calls,
    records,
    lines: host.lines,
    clock,
    run,
    failure: async (body, inbound) => {
      const answer = await run(body, inbound).catch(asSluiceError)
      if ('code' in answer) return answer
      throw new Error(`it succeeded: ${JSON.stringify(answer.body)}`)
    },
    request: request => send(revision, request),
  }
}

/** As the language asks for, without the lines that every test would repeat. */
function documentOf(yaml: string): string {
  if (!/^\s*(steps|input|output|reply|channels|catch|finally|timeout|concurrency):/.test(yaml)) return yaml
  const [, indent = ''] = /^\n?( *)/.exec(yaml) ?? []
  const lines = yaml.split('\n').map(line => (line.startsWith(indent) ? line.slice(indent.length) : line))
  return `${connectors}\npipelines:\n  p:\n${lines.map(line => `    ${line}`).join('\n')}\n`
}

const connectors = `
connectors:
  crm:
    http: http://127.0.0.1:1
    retry: 1
  memo:
    cache: "memory:"
`

interface Connecting {
  readonly definitions: Definitions
  readonly host: TestHost
  readonly calls: Call[]
  readonly operations: Readonly<Record<string, Answer>>
}

function connect(model: Model, connecting: Connecting): ReadonlyMap<string, LiveConnector> {
  return new Map([...model.connectors].map(([name, connector]) => [name, live(connector, connecting)]))
}

function live(model: ConnectorModel, { definitions, host, calls, operations }: Connecting): LiveConnector {
  const own = Object.entries(operations).filter(([name]) => name.startsWith(`${model.name}.`))
  if (own.length === 0 && model.type !== 'http') {
    const definition = definitions('connector', model.type) as unknown as ConnectorDefinition<unknown, Record<string, unknown>, unknown>
    return { model, connector: definition.create(model.config, host) }
  }
  const noAnswer: Answer = () => {
    throw new Error('the test has no answer for this call')
  }
  const all = ['get', 'post', 'put', 'patch', 'delete', 'request', 'set', 'increment', 'call']
  const entries = all.map((operation): [string, Operation<unknown>] => {
    const name = `${model.name}.${operation}`
    const answer = operations[name] ?? noAnswer
    return [
      operation,
      async (args, scope) => {
        const given = args as Readonly<Record<string, unknown>>
        calls.push({ operation: name, args: given })
        return await answer(given, scope)
      },
    ]
  })
  return { model, connector: { operations: Object.fromEntries(entries), client: undefined } }
}

async function send(
  revision: Revision,
  { body = '', headers = {}, params = {}, query = {}, route = 0, method, signal }: Request,
): Promise<Reply> {
  const entry = revision.routes.get('public')?.[route]
  if (entry === undefined) throw new Error('there is no such route')
  return await entry.answer({
    id: 'test-request',
    method: method ?? entry.route.methods[0] ?? 'GET',
    path: entry.route.path,
    origin: 'http://127.0.0.1',
    params,
    query,
    headers,
    peer: { address: '127.0.0.1' },
    signal: signal ?? new AbortController().signal,
    hasBody: body.length > 0,
    body: async () => Buffer.from(body),
  })
}

/** The pipeline `p` behind a channel: `POST /p/{id}`, with what else stands in the channel and in the pipeline. */
export const http = (channel: string, more: string) => `
channels:
  - http: { path: "/p/{id}", method: POST }
    security: none
${channel.replaceAll(/^/gm, '    ')}
${more}`

/** What a reply says, as text. */
export const textOf = (reply: Reply): string =>
  reply.body instanceof Uint8Array ? Buffer.from(reply.body).toString() : JSON.stringify(reply.body)
