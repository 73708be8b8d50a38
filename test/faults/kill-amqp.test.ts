import assert from 'node:assert/strict'
import { after, before, describe, type TestContext, test } from 'node:test'
import { withPartner } from '../support/amqp.ts'
import type { GatewayProcess } from '../support/gateway.ts'
import { type RabbitServer, startRabbit } from '../support/rabbitmq.ts'
import { type Delivery, judge, type Sent } from './journal.ts'
import { mortal, seed } from './mortal.ts'
import { startDrain, startFeed } from './partner.ts'
import { post } from './post.ts'
import { arrived, hash, startRecorder } from './recorder.ts'
import { seeded } from './seeded.ts'

/** Of each gateway; `npm run test:faults` has 100. */
const kills = Number(process.env['KILLS'] ?? 4)
const inFlight = 16
const idOf = (body: string): string => JSON.parse(body).id
const timeout = 120_000 + kills * 20_000

const busYaml = `  bus:
    amqp:
      url: \${BUS}
      declare: true
      queues:
        in: {}
        out: {}
`
const publishYaml = (id: string): string => `      - call: bus.publish
        with:
          key: out
          id: \${{ $meta.${id} }}
          headers:
            x-life: "\${LIFE}"
          body: \${{ $ }}
`
const pipelineYaml = (name: string, channel: string): string => `pipelines:
  ${name}:
    concurrency: ${inFlight}
    redelivery: { attempts: 1000, delay: 100ms }
    channels:
${channel}    steps:
`
const off = `      - amqp: { connector: bus, queue: in, prefetch: ${inFlight} }\n`

describe(`over ${kills} kills of a gateway beside a broker`, { timeout: timeout * 3 }, () => {
  let server: RabbitServer
  before(async () => {
    server = await startRabbit()
  })
  after(() => server[Symbol.asyncDispose]())
  const makeQueues = (): Promise<void> =>
    withPartner(server.url, async channel => {
      for (const queue of ['in', 'out']) {
        await channel.assertQueue(queue)
        await channel.purgeQueue(queue)
      }
    })

  test('orders that were accepted over http arrive on a queue: whole, once behind a system that tells repetitions', {
    timeout,
  }, async context => {
    const bodyOf = begin(context, 1)
    await makeQueues()
    const drain = await startDrain(server.url, { queue: 'out', idOf })
    context.after(() => drain.stop())
    const channel = '      - http: { path: /orders, method: POST }\n        security: none\n        async: true\n'
    const yaml = `connectors:\n${busYaml}${pipelineYaml('orders', channel)}${publishYaml('id')}`
    const gateways = await mortal(context, { times: kills, yaml: () => yaml, environment: { BUS: server.url } })
    const sent: Sent[] = []
    const send = async (sender: number): Promise<void> => {
      for (let count = 0; ; count++) {
        const gateway = await gateways.up()
        if (gateway === undefined) return
        const id = `${sender}/${count}`
        const body = bodyOf(id)
        sent.push({ id, hash: hash(body), acknowledged: await post(gateway, body) })
      }
    }
    const senders = Array.from({ length: 32 }, (_, sender) => send(sender))
    const last = await gateways.killAll()
    await Promise.all(senders)
    await balance(context, { sent, deliveries: drain.deliveries, last })
  })

  test('messages off a queue arrive on another one: whole, once behind a system that tells repetitions, and nothing is left', {
    timeout,
  }, async context => {
    const bodyOf = begin(context, 2)
    await makeQueues()
    const drain = await startDrain(server.url, { queue: 'out', idOf })
    context.after(() => drain.stop())
    const yaml = `connectors:\n${busYaml}${pipelineYaml('pass', off)}${publishYaml('messageId')}`
    await fromQueue(context, { bodyOf, yaml, came: drain.deliveries, environment: {} })
  })

  test('messages off a queue arrive at a service: whole, once behind a system that tells repetitions, and nothing is left', {
    timeout,
  }, async context => {
    const bodyOf = begin(context, 3)
    await makeQueues()
    await using sink = await startRecorder({ idOf })
    const yaml = `connectors:\n${busYaml}  sink:\n    http: \${SINK}\n    retry: 1\n${pipelineYaml('tell', off)}${tellYaml}`
    await fromQueue(context, { bodyOf, yaml, came: sink.deliveries, environment: { SINK: sink.url } })
  })

  /** Keeps the queue filled while gateways live and die on it. */
  const fromQueue = async (context: TestContext, { bodyOf, yaml, came, environment }: FromQueue): Promise<void> => {
    const feed = startFeed(server.url, { queue: 'in', atOnce: 16, bodyOf, wants: sent => sent < came.length + 500 })
    context.after(() => feed.stop())
    const gateways = await mortal(context, { times: kills, yaml: () => yaml, environment: { BUS: server.url, ...environment } })
    const last = await gateways.killAll()
    await feed.stop()
    await balance(context, { sent: feed.sent, deliveries: came, last })
    await withPartner(server.url, async channel => assert.equal((await channel.checkQueue('in')).messageCount, 0))
  }
})

const tellYaml = `      - call: sink.post
        with:
          path: /told
          headers:
            idempotency-key: \${{ $meta.messageId }}
            x-life: "\${LIFE}"
          body: \${{ $ }}
`

interface FromQueue {
  readonly bodyOf: (id: string) => string
  readonly yaml: string
  readonly came: readonly Delivery[]
  readonly environment: Readonly<Record<string, string>>
}

/** Tells the seed. Gives bodies: JSON with an id, one in twenty large. */
function begin(context: TestContext, at: number): (id: string) => string {
  context.diagnostic(`SEED=${seed}`)
  const random = seeded(seed + at)
  return id => JSON.stringify({ id, text: 'ü€"\\'.repeat(random() < 0.05 ? 5_000 : random() * 100) })
}

/** Waits for what is due, stops the last gateway, and holds the two journals against each other. */
async function balance(
  context: TestContext,
  { sent, deliveries, last }: { readonly sent: readonly Sent[]; readonly deliveries: readonly Delivery[]; readonly last: GatewayProcess },
): Promise<void> {
  const due = sent.filter(({ acknowledged }) => acknowledged).map(({ id }) => id)
  await arrived(deliveries, due)
  assert.equal(await last.stop(), 0)
  const { faults, ...figures } = judge({ sent, deliveries, kills, inFlight })
  context.diagnostic(JSON.stringify({ kills, ...figures }))
  assert.deepEqual(faults, [])
  assert.ok(figures.acknowledged > kills * 5, 'there was a load')
}
