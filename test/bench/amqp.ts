/** W5: orders off a queue, mapped by JSONata, and onto another with a confirm, beside the same loop by hand; each acknowledged after its confirm. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { type Channel, connect } from 'amqplib'
import { root } from '../support/gateway.ts'
import { startRabbit } from '../support/rabbitmq.ts'
import { order, transform } from './peers/order.ts'
import { gateway, withFolder } from './support/contest.ts'
import { cpu, median, type Served, startPinned } from './support/measure.ts'

const messages = Number(process.env.BENCH_MESSAGES ?? 10_000)
const rounds = Number(process.env.BENCH_ROUNDS ?? 7)
const prefetches = [16, 256]

const pipelines = (prefetch: number): string => `connectors:
  bus:
    amqp: \${BUS}
pipelines:
  orders:
    concurrency: ${prefetch}
    channels:
      - amqp: { connector: bus, queue: sluice-in, prefetch: ${prefetch} }
        format: json
    steps:
${transform}      - call: bus.publish
        with:
          key: sluice-out
          id: \${{ $meta.id }}
          body: \${{ $ }}
`

interface Peer {
  readonly name: string
  readonly served: Served
  readonly samples: Sample[]
}

interface Sample {
  readonly cpuUs: number
  readonly perSecond: number
}

// The broker and the load on one core, what is measured on the other: whatever is started from here on inherits it.
spawnSync('taskset', ['-acp', '1', String(process.pid)])
await using broker = await startRabbit()
const model = await connect(broker.url)
const channel = await model.createChannel()
for (const peer of ['hand', 'sluice']) for (const side of ['in', 'out']) await channel.assertQueue(`${peer}-${side}`)
const arrivals = await count(channel, ['hand-out', 'sluice-out'])
for (const prefetch of prefetches) await withFolder(folder => compare(prefetch, folder))
await model.close()

async function compare(prefetch: number, folder: string): Promise<void> {
  const environment = { BUS: broker.url, PREFETCH: String(prefetch), IN: 'hand-in', OUT: 'hand-out' }
  const ours = await gateway('', { path: '', answer: '' }, folder, { 'orders.yaml': pipelines(prefetch) }, environment)
  const peers: readonly Peer[] = [
    {
      name: 'hand',
      served: await startPinned([join(root, 'test/bench/peers/bare-amqp.ts')], environment, /listening/, ''),
      samples: [],
    },
    { name: 'sluice', served: await startPinned(ours.args, ours.environment ?? {}, ours.ready ?? /ready/, ''), samples: [] },
  ]
  try {
    for (let round = -3; round < rounds; round++)
      for (const { name, served, samples } of peers) {
        const sample = await run(name, served)
        // The first are for warming up.
        if (round >= 0) samples.push(sample)
      }
  } finally {
    for (const { served } of peers) await served.stop()
  }
  process.stdout.write(`\nW5 orders from queue to queue, prefetch ${prefetch}: CPU a message\n`)
  const [hand, sluice] = peers.map(({ name, samples }) => {
    const figures = { cpuUs: median(samples.map(one => one.cpuUs)), perSecond: median(samples.map(one => one.perSecond)) }
    process.stdout.write(`  ${name.padEnd(28)} ${figures.cpuUs.toFixed(1).padStart(7)} us  ${Math.round(figures.perSecond)}/s\n`)
    return figures.cpuUs
  })
  process.stdout.write(`  ratio ${((hand ?? 0) / (sluice ?? 1)).toFixed(2)} (0.85 is the least)\n`)
}

/** Fills the queue of a peer, and waits until all has come out of it. */
async function run(peer: string, served: Served): Promise<Sample> {
  const body = Buffer.from(JSON.stringify(order))
  const before = cpu(served.pid)
  const started = performance.now()
  const done = arrivals(`${peer}-out`, messages)
  for (let at = 0; at < messages; at++) {
    const options = { persistent: true, messageId: `order-${at}`, contentType: 'application/json' }
    if (!channel.sendToQueue(`${peer}-in`, body, options)) await new Promise(resolve => channel.once('drain', resolve))
  }
  await done
  const elapsedMs = performance.now() - started
  return { cpuUs: (cpu(served.pid) - before) / messages, perSecond: (messages / elapsedMs) * 1000 }
}

/** Takes what comes onto queues; resolves when so many more have come onto one. */
async function count(on: Channel, queues: readonly string[]): Promise<(queue: string, more: number) => Promise<void>> {
  const wanted = new Map<string, { left: number; readonly resolve: () => void }>()
  for (const queue of queues) {
    const heard = (): void => {
      const one = wanted.get(queue)
      if (one !== undefined && --one.left === 0) one.resolve()
    }
    await on.consume(queue, heard, { noAck: true })
  }
  return (queue, left) => new Promise(resolve => wanted.set(queue, { left, resolve }))
}
