import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { withPartner } from '../support/amqp.ts'
import { eventually } from '../support/eventually.ts'
import { type GatewayProcess, scratch, startProcess } from '../support/gateway.ts'
import { startProxy, type TcpProxy } from '../support/proxy.ts'
import type { RabbitServer } from '../support/rabbitmq.ts'
import { scrape } from '../support/scrape.ts'
import { type Delivery, judge, type Sent } from './journal.ts'
import { type Drain, startDrain, startFeed } from './partner.ts'
import { post } from './post.ts'
import { arrived, hash, startRecorder } from './recorder.ts'

/** What one gateway may work on at once, of each pipeline. */
const inFlight = 16

/**
 * A gateway under load between a broker and a service: off a queue onto another, off a queue to the service, and from callers over its own queue
 * onto a queue. It reaches the broker through a proxy, its partners do so directly.
 */
export interface BrokerWorld {
  readonly proxy: TcpProxy
  readonly gateway: GatewayProcess
  /** Resolves when something more has come to every sink; gives how long that took, in milliseconds. */
  flows(): Promise<number>
  /** Bytes of the gateway's process. */
  memory(): Promise<number>
  /** Stops the load for a while, and waits for what is due. */
  pause(): Promise<void>
  resume(): void
  /** The drain of a queue that was made anew takes from it. */
  drainAgain(): Promise<void>
  /** Ends the load, waits for what is due, and holds the books against each other. */
  settle(): Promise<void>
}

const sinks = ['out', 'service', 'taken'] as const
type Sink = (typeof sinks)[number]

/** `drains`: whether what comes onto queues is taken at once, or waits there for the end: a broker that breaks loses what is on its way to a drain. */
export async function brokerWorld(
  context: TestContext,
  server: RabbitServer,
  { drains }: { readonly drains: 'at once' | 'at the end' },
): Promise<BrokerWorld> {
  const { folder, remove } = await scratch()
  context.after(remove)
  const proxy = await startProxy(server.port)
  context.after(() => proxy[Symbol.asyncDispose]())
  const service = await startRecorder({ idOf })
  context.after(() => service[Symbol.asyncDispose]())
  await mkdir(join(folder, 'pipelines'))
  await writeFile(join(folder, 'pipelines/a.yaml'), yaml)
  await withPartner(server.url, async channel => {
    for (const queue of ['in', 'to-service', 'out', 'taken']) {
      await channel.assertQueue(queue)
      // What nobody confirmed to a world before this one may lie there.
      await channel.purgeQueue(queue)
    }
  })
  const gateway = await startProcess({
    config: join(folder, 'pipelines'),
    environment: { BUS: server.url.replace(`:${server.port}`, `:${proxy.port}`), SINK: service.url, SLUICE_LOG: 'warn,json' },
  })
  context.after(() => gateway.stop())

  let isPaused = false
  const wants = (): boolean => !isPaused
  const feeds = ['in', 'to-service'].map(queue => startFeed(server.url, { queue, name: `${queue}-${++worlds}`, atOnce: 4, bodyOf, wants }))
  const callers = startCallers(gateway, wants)
  const drain = async (queue: string): Promise<Drain> => {
    const started = await startDrain(server.url, { queue, idOf })
    context.after(() => started.stop())
    return started
  }
  let open = drains === 'at once' ? { out: await drain('out'), taken: await drain('taken') } : undefined
  const came = async (): Promise<Readonly<Record<Sink, number>>> => {
    if (open !== undefined)
      return { out: open.out.deliveries.length, taken: open.taken.deliveries.length, service: service.deliveries.length }
    const counts = { out: 0, taken: 0, service: service.deliveries.length }
    await withPartner(server.url, async channel => {
      for (const queue of ['out', 'taken'] as const) counts[queue] = (await channel.checkQueue(queue)).messageCount
    })
    return counts
  }
  /** What was sent, and what came of it; without drains nothing comes from queues. */
  const books = (): readonly Book[] => [
    { name: 'queue to queue', sent: feeds[0]?.sent ?? [], deliveries: open?.out.deliveries ?? [] },
    { name: 'queue to service', sent: feeds[1]?.sent ?? [], deliveries: service.deliveries },
    { name: 'callers to queue', sent: callers.sent, deliveries: open?.taken.deliveries ?? [] },
  ]
  const due = async (): Promise<void> => {
    for (const { sent, deliveries } of books())
      await arrived(
        deliveries,
        sent.filter(({ acknowledged }) => acknowledged).map(({ id }) => id),
      )
  }
  return {
    proxy,
    gateway,
    async flows() {
      const begun = performance.now()
      const before = await came()
      await eventually(async () => {
        const now = await came()
        for (const sink of sinks) assert.ok(now[sink] > before[sink], `nothing comes to ${sink}`)
      }, 60_000)
      return Math.round(performance.now() - begun)
    },
    async memory() {
      const samples = scrape(await (await fetch(`${gateway.admin}/metrics`)).text())
      return samples.find(({ name }) => name === 'process_resident_memory_bytes')?.value ?? Number.NaN
    },
    async pause() {
      isPaused = true
      await Promise.all([callers.quiet(), ...feeds.map(feed => feed.quiet())])
      await due()
    },
    resume() {
      isPaused = false
    },
    async drainAgain() {
      await open?.out.again()
    },
    async settle() {
      await Promise.all([callers.stop(), ...feeds.map(feed => feed.stop())])
      open ??= { out: await drain('out'), taken: await drain('taken') }
      await due()
      assert.equal(await gateway.stop(), 0)
      for (const { name, sent, deliveries } of books()) {
        // Each loss of the connection is a life: which one a message came in nobody can tell, but how often it came.
        const { faults, ...figures } = judge({ sent, deliveries: numbered(deliveries), kills: 1, inFlight: inFlight * proxy.taken })
        context.diagnostic(`${name}: ${JSON.stringify(figures)}`)
        assert.deepEqual(faults, [], name)
      }
    },
  }
}

const idOf = (body: string): string => JSON.parse(body).id
const bodyOf = (id: string): string => JSON.stringify({ id, text: 'ü€"\\'.repeat(20) })

/** How often each message came before, in place of its life. */
function numbered(deliveries: readonly Delivery[]): readonly Delivery[] {
  const times = new Map<string, number>()
  return deliveries.map(one => {
    const life = times.get(one.id) ?? 0
    times.set(one.id, life + 1)
    return { ...one, life }
  })
}

interface Book {
  readonly name: string
  readonly sent: readonly Sent[]
  readonly deliveries: readonly Delivery[]
}

let worlds = 0

function startCallers(
  gateway: GatewayProcess,
  wants: () => boolean,
): { readonly sent: readonly Sent[]; quiet(): Promise<void>; stop(): Promise<void> } {
  const sent: Sent[] = []
  const underWay = new Set<string>()
  let isStopped = false
  const call = async (caller: number): Promise<void> => {
    for (let count = 0; !isStopped; ) {
      if (wants()) {
        const id = `caller${worlds}-${caller}/${count++}`
        const body = bodyOf(id)
        underWay.add(id)
        sent.push({ id, hash: hash(body), acknowledged: await post(gateway, body) })
        underWay.delete(id)
      }
      await setTimeout(10)
    }
  }
  const callers = Array.from({ length: 4 }, (_, caller) => call(caller))
  return {
    sent,
    quiet: () => eventually(() => assert.equal(underWay.size, 0), 60_000),
    async stop() {
      isStopped = true
      await Promise.all(callers)
    },
  }
}

const publishTo = (queue: string, id: string): string => `      - call: bus.publish
        with:
          key: ${queue}
          id: \${{ $meta.${id} }}
          body: \${{ $ }}
`
const limits = `    concurrency: ${inFlight}
    redelivery: { attempts: 1000, delay: 100ms, maxDelay: 1s }
`
const yaml = `connectors:
  bus:
    amqp:
      url: \${BUS}
      heartbeat: 1s
    breaker: false
  sink:
    http: \${SINK}
    retry: 1
pipelines:
  queue-to-queue:
${limits}    channels:
      - amqp: { connector: bus, queue: in, prefetch: ${inFlight} }
    steps:
${publishTo('out', 'messageId')}  queue-to-service:
${limits}    channels:
      - amqp: { connector: bus, queue: to-service, prefetch: ${inFlight} }
    steps:
      - call: sink.post
        with:
          path: /orders
          headers:
            idempotency-key: \${{ $meta.messageId }}
          body: \${{ $ }}
  callers-to-queue:
${limits}    channels:
      - http: { path: /orders, method: POST }
        security: none
        async: true
    steps:
${publishTo('taken', 'id')}`
