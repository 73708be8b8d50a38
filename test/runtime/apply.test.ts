import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { after, beforeEach, test } from 'node:test'
import { openHouse } from '../support/house.ts'
import { freePort, listenOn } from '../support/ports.ts'

/** What the plugins of these tests did, in order. */
const events: string[] = []
Object.assign(globalThis, { sluiceTestEvents: events })
beforeEach(() => void events.splice(0))
after(() => Reflect.deleteProperty(globalThis, 'sluiceTestEvents'))

const schema = (kind: string): string =>
  JSON.stringify({
    $id: `sluice:/${kind}/noted.json`,
    title: 'Noted',
    description: 'Notes what happens to it.',
    type: 'object',
    additionalProperties: false,
    properties: {
      name: { type: 'string', description: 'Its name.' },
      claim: { type: 'string', description: 'What it holds.' },
      fails: { type: 'string', description: 'When it fails.' },
    },
    examples: [{}],
  })
const connector = `import { defineConnector } from 'sluice/plugin'
const note = (text) => globalThis.sluiceTestEvents.push(text)
export default defineConnector({
  claims: ({ claim }) => (claim === undefined ? [] : [claim]),
  create: ({ name, fails }) => ({
    start: async () => { note('start ' + name); if (fails === 'start') throw new Error('no such thing') },
    stop: async () => { note('stop ' + name) },
    operations: {},
    client: undefined,
  }),
})
`
const channel = `import { defineConsuming } from 'sluice/plugin'
const note = (text) => globalThis.sluiceTestEvents.push(text)
export default defineConsuming({
  guarantees: 'at-least-once',
  once: 'per-node',
  create: ({ name, fails }) => ({
    prepare: async () => { note('prepare ' + name); if (fails === 'prepare') throw new Error('no such queue') },
    open: () => { note('open ' + name) },
    close: async () => { note('close ' + name) },
  }),
})
`
const plugins = {
  'plugins/held/schema.json': schema('connector'),
  'plugins/held/plugin.ts': connector,
  'plugins/heard/schema.json': schema('channel'),
  'plugins/heard/plugin.ts': channel,
}
const yaml = (connectors: string, channels = '', text = 'hello'): Record<string, string> => ({
  'pipelines/a.yaml': `${connectors === '' ? '' : `connectors:\n${connectors}`}pipelines:\n  hello:\n    channels:\n      - http: /hello\n        security: none\n${channels}    steps:\n      - transform: ${text}\n`,
})
const held = (name: string, more = ''): string => `  ${name}:\n    noted:\n      name: ${name}\n${more}`
const heard = (name: string, more = ''): string => `      - noted:\n          name: ${name}\n${more}        name: ${name}\n`

test('new connectors start before consumers prepare, consumers open after the commit, and the old go last', async () => {
  await using house = await openHouse({ ...plugins, ...yaml(held('one'), heard('first')) })
  assert.deepEqual(events, ['start one', 'prepare first', 'open first'])
  events.splice(0)
  const outcome = await house.change(yaml(held('two'), heard('second')))
  await house.gateway.runtime.drained()
  assert.equal(outcome.kind, 'applied')
  assert.deepEqual(events, ['start two', 'prepare second', 'close first', 'open second', 'stop one'])
})

test('what did not change is kept', async () => {
  await using house = await openHouse({ ...plugins, ...yaml(held('one'), heard('first')) })
  events.splice(0)
  assert.equal((await house.change(yaml(held('one'), heard('first'), 'changed'))).kind, 'applied')
  assert.equal(await (await fetch(`${house.url()}/hello`)).text(), '"changed"')
  assert.deepEqual(events, [])
})

test('the last channel of its type goes away', async () => {
  await using house = await openHouse({ ...plugins, ...yaml(held('one'), heard('first')) })
  events.splice(0)
  assert.equal((await house.change(yaml(held('one')))).kind, 'applied')
  assert.deepEqual(events, ['close first'])
})

test('the same configuration again is unchanged', async () => {
  await using house = await openHouse({ ...plugins, ...yaml(held('one')) })
  const { kind, revision } = await house.change({})
  assert.deepEqual({ kind, revision }, { kind: 'unchanged', revision: 1 })
})

test('a claim that changes hands is let go before it is taken', async () => {
  await using house = await openHouse({ ...plugins, ...yaml(held('one', '      claim: the-id\n')) })
  events.splice(0)
  await house.change(yaml(held('two', '      claim: the-id\n')))
  assert.deepEqual(events.slice(0, 2), ['stop one', 'start two'])
})

test('a change that cannot start is refused with its line, and undone', async () => {
  await using house = await openHouse({ ...plugins, ...yaml(held('one'), heard('first')) })
  events.splice(0)
  const outcome = await house.change(yaml(held('two') + held('bad', '      fails: start\n'), heard('second'), 'changed'))
  assert.equal(outcome.kind, 'refused')
  assert.match(JSON.stringify(outcome.findings), /"rule":"cannot-start".*no such thing.*a\.yaml","line":5/)
  assert.deepEqual(
    events.filter(text => /one|first|second/.test(text)),
    [],
  )
  assert.ok(events.includes('stop two'))
  assert.equal(await (await fetch(`${house.url()}/hello`)).text(), '"hello"')
})

test('a consumer that cannot prepare is refused; what was prepared with it is closed, and nothing was opened', async () => {
  await using house = await openHouse({ ...plugins, ...yaml(held('one'), heard('first')) })
  events.splice(0)
  const outcome = await house.change(yaml(held('one'), heard('second') + heard('bad', '          fails: prepare\n')))
  assert.equal(outcome.kind, 'refused')
  assert.match(JSON.stringify(outcome.findings), /no such queue/)
  assert.deepEqual([...events].sort(), ['close bad', 'close second', 'prepare bad', 'prepare second'])
})

test('a claim that was let go for a change that fails goes back to its holder', async () => {
  await using house = await openHouse({ ...plugins, ...yaml(held('one', '      claim: the-id\n')) })
  events.splice(0)
  await house.change(yaml(held('two', '      claim: the-id\n      fails: start\n')))
  assert.deepEqual(events, ['stop one', 'start two', 'stop two', 'start one'])
})

test('an address that is taken refuses the change, and names it', async () => {
  const taken = createServer()
  const port = await listenOn(taken, 0)
  await using house = await openHouse({ ...plugins, ...yaml('') })
  const outcome = await house.change({ 'pipelines/listeners.yaml': `listeners:\n  other:\n    port: ${port}\n` })
  taken.close()
  assert.equal(outcome.kind, 'refused')
  assert.match(JSON.stringify(outcome.findings), new RegExp(`127\\.0\\.0\\.1:${port}.*listeners\\.yaml","line":2`))
  assert.equal((await fetch(`${house.url()}/hello`)).status, 200)
})

test('a listener comes and goes without touching the others', async () => {
  const port = await freePort()
  await using house = await openHouse(yaml(''))
  await house.change({
    'pipelines/b.yaml': `listeners:\n  other:\n    port: ${port}\npipelines:\n  other:\n    channels:\n      - http: { path: /other, listener: other }\n        security: none\n    steps:\n      - transform: other\n`,
  })
  assert.equal(await (await fetch(`http://127.0.0.1:${port}/other`)).text(), '"other"')
  assert.equal((await fetch(`${house.url()}/other`)).status, 404)
  await house.change({ 'pipelines/b.yaml': undefined })
  await house.gateway.runtime.drained()
  await assert.rejects(fetch(`http://127.0.0.1:${port}/other`))
  assert.equal((await fetch(`${house.url()}/hello`)).status, 200)
})

for (const required of [false, true])
  test(`a system that is away is a status; the gateway is ${required ? 'not ready where it is required' : 'ready where it is not required'}`, async () => {
    const port = await freePort()
    await using house = await openHouse(yaml(`  rates:\n    cache: redis://127.0.0.1:${port}\n    required: ${required}\n`))
    assert.equal(house.gateway.outcome.kind, 'applied')
    assert.equal(house.gateway.runtime.status().components.get('connector/rates')?.state, 'connecting')
    assert.equal(house.gateway.runtime.status().ready, !required)
    const probe = await fetch(`http://127.0.0.1:${house.gateway.admin?.address.port}/ready`)
    assert.equal(probe.status, required ? 503 : 200)
  })

test('what a cache in memory holds survives a change elsewhere', async () => {
  const cached = (text: string): Record<string, string> => ({
    'pipelines/a.yaml': `connectors:\n  rates:\n    cache: "memory:"\npipelines:\n  put:\n    steps:\n      - call: rates.set\n        with:\n          key: a\n          value: kept\n  get:\n    steps:\n      - call: rates.get\n        with:\n          key: a\n  other:\n    steps:\n      - transform: ${text}\n`,
  })
  await using house = await openHouse(cached('one'))
  await house.gateway.runtime.invoke('put', { body: { value: {} }, headers: {}, source: {} })
  assert.equal((await house.change(cached('two'))).kind, 'applied')
  assert.equal((await house.gateway.runtime.invoke('get', { body: { value: {} }, headers: {}, source: {} })).body, 'kept')
})
