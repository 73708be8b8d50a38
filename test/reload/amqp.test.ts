import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { startCalls } from '../bench/support/steady.ts'
import { judge } from '../faults/journal.ts'
import { type Feed, startDrain, startFeed } from '../faults/partner.ts'
import { arrived } from '../faults/recorder.ts'
import { withPartner } from '../support/amqp.ts'
import { eventually } from '../support/eventually.ts'
import { type House, openHouse } from '../support/house.ts'
import { type RabbitServer, startRabbit } from '../support/rabbitmq.ts'
import { held, heldAgain, more } from './held.ts'

/** `npm run test:reload` has 1,000. */
const reloads = Number(process.env.AMQP_RELOADS ?? 50)
const idOf = (body: string): string => JSON.parse(body).id

/** Every change is one of four: of the steps, of the channel, of the connector under both, of a pipeline beside. */
const yaml = (at: number): string => `connectors:
  bus:
    amqp:
      url: \${BUS}
      heartbeat: ${at % 4 < 2 ? '10s' : '11s'}
pipelines:
  pass:
    channels:
      - amqp: { connector: bus, queue: in, prefetch: ${at % 3 === 0 ? 16 : 17} }
    steps:
      - set:
          version: ${at % 5}
      - call: bus.publish
        with:
          key: out
          id: \${{ $meta.messageId }}
          headers:
            x-life: 0
          body: \${{ $ }}
  hello:
    channels:
      - http: /hello
        security: none
    steps:
      - transform: ${at}
`

test(`${reloads} reloads under load from queue to queue and over http: nothing is lost, nothing comes twice, nothing fails, and nothing more is held after it`, {
  timeout: 120_000 + reloads * 2_000,
}, async context => {
  await using server = await startRabbit()
  await withPartner(server.url, async channel => {
    for (const queue of ['in', 'out']) await channel.assertQueue(queue)
  })
  const drain = await startDrain(server.url, { queue: 'out', idOf })
  context.after(() => drain.stop())
  await using house = await openHouse({ 'pipelines/a.yaml': yaml(0) }, { BUS: server.url })
  const feeds: Feed[] = []
  const underLoad = async (count: number): Promise<void> => {
    const feed = startFeed(server.url, {
      queue: 'in',
      name: `load${feeds.length}`,
      atOnce: 2,
      bodyOf: id => JSON.stringify({ id, text: 'ü€' }),
    })
    feeds.push(feed)
    const calls = startCalls(`${house.url()}/hello`, 100)
    for (let at = 1; at <= count; at++) await reload(house, at, feed)
    await reload(house, 0, feed)
    const { failed, latencies } = await calls.stop()
    await feed.stop()
    assert.equal(failed, 0, `of ${latencies.length} requests`)
    assert.ok(latencies.length > count, `${latencies.length} requests`)
    const { sent } = feed
    assert.equal(sent.filter(({ acknowledged }) => !acknowledged).length, 0, 'the broker stayed')
    await arrived(
      drain.deliveries,
      sent.map(({ id }) => id),
    )
    await house.gateway.runtime.drained()
  }
  await underLoad(Math.max(10, Math.ceil(reloads / 10)))
  const [before, channels] = [await held(), await channelsAt(server)]
  await underLoad(reloads)
  const after = await heldAgain(before)
  const { faults, ...figures } = judge({ sent: feeds.flatMap(({ sent }) => sent), deliveries: drain.deliveries, kills: 0, inFlight: 0 })
  report(context, { ...figures, grown: after.heap - before.heap, channels })
  assert.deepEqual(faults, [])
  assert.deepEqual(more(after, before), [])
  assert.equal(await channelsAt(server), channels)
  // The books of the load itself are some hundred bytes a message.
  assert.ok(after.heap - before.heap < 6_000_000 + figures.messages * 1_000, `the heap has grown by ${after.heap - before.heap} bytes`)
})

/** Makes this version the one that runs, and lets it work on some messages. */
async function reload(house: House, at: number, feed: Feed): Promise<void> {
  const { kind, findings } = await house.change({ 'pipelines/a.yaml': yaml(at) })
  assert.equal(kind, 'applied', JSON.stringify(findings))
  const enough = feed.sent.length + 10
  await eventually(() => assert.ok(feed.sent.length >= enough), 30_000)
  house.forget()
}

const channelsAt = async (server: RabbitServer): Promise<number> =>
  (await server.control('list_channels', '--no-table-headers', 'pid')).split('\n').filter(line => line !== '').length

const report = (context: TestContext, figures: object): void => context.diagnostic(JSON.stringify({ reloads, ...figures }))
