import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openHouse } from '../support/house.ts'
import { sourceFiles, sourceOf } from '../support/source.ts'

const pipeline = (more: string, steps: string): Record<string, string> => ({
  'pipelines/a.yaml': `pipelines:
  take:
${more.replaceAll(/^/gm, '    ')}
    channels:
      - source: orders
    steps:
${steps.replaceAll(/^/gm, '      ')}
`,
})
type House = Awaited<ReturnType<typeof openHouse>>
const events = async ({ log }: House): Promise<readonly unknown[]> => {
  await new Promise(resolve => setTimeout(resolve, 50))
  return log.map(({ event }) => event).filter(event => event === 'run' || event === 'dead letter')
}

test('at most once: a message is acknowledged before it is run', async () => {
  await using house = await openHouse({
    ...sourceFiles(),
    ...pipeline('guarantee: at-most-once', '- delay: 1s\n- log: { message: run }'),
  })
  const told = await sourceOf('orders').give({})
  assert.ok('acknowledged' in told && told.acknowledged.status === 202)
  assert.equal(house.gateway.runtime.status().inFlight, 1)
  assert.deepEqual(await events(house), [])
  await house.gateway.stop(20_000)
  assert.deepEqual(await events(house), ['run'])
})

test('at most once: what its source keeps for it is read before it is acknowledged, for then it may be taken away', async () => {
  const order: string[] = []
  class Slow extends Blob {
    override async arrayBuffer(): Promise<ArrayBuffer> {
      const bytes = await super.arrayBuffer()
      await new Promise(resolve => setTimeout(resolve, 50))
      order.push('read')
      return bytes
    }
  }
  await using _ = await openHouse({ ...sourceFiles(), ...pipeline('guarantee: at-most-once', '- delay: 1ms') })
  const told = await sourceOf('orders').give(undefined, { body: new Slow(['{}']), contentType: 'application/json' })
  order.push('acknowledged')
  assert.ok('acknowledged' in told)
  assert.deepEqual(order, ['read', 'acknowledged'])
})

test('at most once: what fails is neither given again nor put with the dead letters, and the log says so', async () => {
  await using house = await openHouse({
    ...sourceFiles(),
    ...pipeline('guarantee: at-most-once', '- log: { message: run }\n- fail: { code: no-good, status: 503 }'),
  })
  const told = await sourceOf('orders').give({})
  assert.ok('acknowledged' in told)
  assert.deepEqual(await events(house), ['run'])
  const access = house.log.find(({ event, error }) => event === 'access' && error === 'no-good')
  assert.ok(access !== undefined, JSON.stringify(house.log))
})

test('at most once: a message that was not let in is refused, and can be given again', async () => {
  await using _ = await openHouse({
    ...sourceFiles({ redelivers: true }),
    ...pipeline('guarantee: at-most-once\nconcurrency: 1', '- delay: 1s'),
  })
  const source = sourceOf('orders')
  const cut = new AbortController()
  const first = source.give({})
  const second = source.give({}, {}, cut)
  assert.ok('acknowledged' in (await first))
  // It waits until the first has run.
  cut.abort()
  const told = await second
  assert.equal('refused' in told && told.refused.code, 'CANCELLED')
})

test('a channel that can lose messages is refused where the pipeline promises more, with the text to write', async () => {
  const files = sourceFiles({ guarantees: 'at-most-once' })
  await using house = await openHouse({ ...files, ...pipeline('summary: takes', '- delay: 1ms') })
  const [finding] = house.gateway.outcome.findings
  assert.equal(house.gateway.outcome.kind, 'broken')
  assert.deepEqual([finding?.rule, finding?.line, finding?.column], ['impossible-guarantee', 5, 9])
  assert.match(finding?.message ?? '', /channel source can lose a message, and the pipeline promises at-least-once/)
  assert.match(finding?.hint ?? '', /guarantee: at-most-once/)
  assert.equal((await house.change(pipeline('guarantee: at-most-once', '- delay: 1ms'))).kind, 'applied')
  assert.equal((await house.change(pipeline('guarantee: effectively-once', '- delay: 1ms'))).kind, 'refused')
})
