import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { State as StateOf } from '../../engine/compile/options.ts'
import { State } from '../../engine/runtime/state.ts'
import { house } from './house.ts'

const pipeline = (type: string, more = '') => `
input:
  type: object
  properties:
    n: { type: ${type} }
${more}steps: []`

test('a reload compiles the schemas anew that it changes, and no others', async context => {
  const made: string[] = []
  const state = new State()
  const counting: StateOf = {
    get: (key, hash, make) =>
      state.get(key, hash, () => {
        if (key.startsWith('check/')) made.push(key)
        return make()
      }),
  }
  const first = await house(context, pipeline('integer'), { state: counting })
  assert.deepEqual((await first.run({ n: '7' })).body, { n: 7 })
  const count = made.length
  const same = await house(context, pipeline('integer', 'summary: changed\n'), { state: counting })
  assert.deepEqual((await same.run({ n: '7' })).body, { n: 7 })
  assert.equal(made.length, count)
  const changed = await house(context, pipeline('string'), { state: counting })
  assert.deepEqual((await changed.run({ n: '7' })).body, { n: '7' })
  assert.ok(made.length > count)
})

test('a schema that names another is another one where that one changes', async context => {
  const state = new State()
  const document = (type: string) => `
schemas:
  amount:
    type: ${type}
pipelines:
  p:
    input:
      type: object
      properties:
        n: { $ref: "sluice:/schemas/amount" }
    steps: []
`
  const before = await house(context, document('integer'), { state })
  assert.deepEqual((await before.run({ n: '7' })).body, { n: 7 })
  const after = await house(context, document('boolean'), { state })
  assert.deepEqual((await after.run({ n: 'true' })).body, { n: true })
})

test('messages that are inside count against the limits of the next revision', async context => {
  const state = new State()
  const release: (() => void)[] = []
  const options = { state, operations: { 'crm.get': () => new Promise<undefined>(resolve => release.push(() => resolve(undefined))) } }
  const before = await house(context, 'concurrency: 1\nsteps:\n  - call: crm.get', options)
  const inside = before.run()
  const after = await house(context, 'concurrency: 1\nsteps:\n  - call: crm.get\n    name: again', options)
  assert.equal((await after.failure()).code, 'OVERLOADED')
  release.shift()?.()
  await inside
  const next = after.run()
  release.shift()?.()
  await next
})

test('a message leaves by the revision that it entered, which is drained when the last one has left', async context => {
  const release: (() => void)[] = []
  const { run, revision } = await house(context, 'steps:\n  - call: crm.get\n  - transform: old', {
    operations: { 'crm.get': () => new Promise<undefined>(resolve => release.push(() => resolve(undefined))) },
  })
  await revision.drained()
  const both = [run(), run()]
  let drained = false
  const draining = revision.drained().then(() => {
    drained = true
  })
  release.shift()?.()
  assert.equal((await both[0])?.body, 'old')
  assert.equal(drained, false)
  assert.equal(revision.inFlight, 1)
  release.shift()?.()
  assert.equal((await both[1])?.body, 'old')
  await draining
  assert.equal(revision.inFlight, 0)
})
