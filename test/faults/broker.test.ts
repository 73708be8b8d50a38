import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { withPartner } from '../support/amqp.ts'
import { type RabbitServer, startRabbit } from '../support/rabbitmq.ts'
import { type BrokerWorld, brokerWorld } from './broker-world.ts'

const long = process.env['FROZEN_MS']
/** Milliseconds that a broker is away, or silent; `npm run test:faults` has 30 s. */
const awayMs = Number(long ?? 3000)
/** What the gateway may take to go on when the broker does, in milliseconds: the least that is promised, and more on a machine that runs all tests. */
const recoveryMs = long === undefined ? 30_000 : 10_000
/** What its memory may have grown by, in bytes: what it takes at first, and not what waits meanwhile. */
const flat = 250_000_000
/** The connector's own, and one of each channel. */
const connections = 3

interface Fault {
  readonly name: string
  /** Resolves when the broker is whole again. */
  readonly make: (server: RabbitServer, world: BrokerWorld) => Promise<void>
}

const faults: readonly Fault[] = [
  {
    name: 'the broker is restarted',
    async make(server) {
      await server.end()
      await server.restart()
    },
  },
  {
    name: 'the broker is killed, and stays away for a while',
    async make(server) {
      await server.kill()
      await setTimeout(awayMs)
      await server.restart()
    },
  },
  {
    name: 'the broker ends all connections',
    async make(server) {
      await server.control('close_all_connections', 'for a test')
    },
  },
  {
    name: 'the broker is short of memory',
    async make(server) {
      await server.control('set_vm_memory_high_watermark', 'absolute', '1')
      await setTimeout(awayMs)
      await server.control('set_vm_memory_high_watermark', '0.4')
    },
  },
  {
    name: 'the broker stands still',
    async make(server) {
      server.freeze()
      await setTimeout(awayMs)
      server.thaw()
    },
  },
  {
    name: 'the network ends connections at any moment, again and again',
    async make(_, { proxy }) {
      for (let count = 0; count < 20; count++) {
        await setTimeout(Math.random() * 100)
        proxy.cut()
      }
    },
  },
  {
    name: 'the network holds back what is sent',
    async make(_, { proxy }) {
      proxy.stall()
      await setTimeout(awayMs)
      proxy.pass()
    },
  },
  {
    name: 'what the broker answers does not arrive',
    async make(_, { proxy }) {
      proxy.deafen()
      await setTimeout(awayMs)
      proxy.pass()
    },
  },
  {
    name: 'the network takes connections, and ends them at once',
    async make(_, { proxy }) {
      proxy.slam()
      proxy.cut()
      await setTimeout(awayMs)
      proxy.pass()
    },
  },
]

describe('when a broker breaks under load', { timeout: 300_000 + faults.length * (awayMs + 60_000) }, () => {
  let server: RabbitServer
  before(async () => {
    server = await startRabbit()
  })
  after(() => server[Symbol.asyncDispose]())

  test('nothing acknowledged is lost or changed, what comes again was in flight, and the gateway goes on within 10 s without calling in a tight loop', async context => {
    const world = await brokerWorld(context, server, { drains: 'at the end' })
    await world.flows()
    const memory = await world.memory()
    for (const { name, make } of faults)
      await context.test(name, async step => {
        const [begun, attempts] = [performance.now(), world.proxy.taken]
        await make(server, world)
        const seconds = (performance.now() - begun) / 1000
        const tookMs = await world.flows()
        const more = world.proxy.taken - attempts
        step.diagnostic(`away ${seconds.toFixed(1)} s, goes on after ${tookMs} ms, ${more} connections`)
        assert.ok(tookMs < recoveryMs, `it went on after ${tookMs} ms`)
        // Each connection at most once a second on average; the first attempts follow each other sooner.
        assert.ok(more < connections * (10 + seconds + tookMs / 1000), `${more} connections in ${seconds} s`)
      })
    const grown = (await world.memory()) - memory
    context.diagnostic(`memory: ${Math.round(grown / 1e6)} MB more`)
    assert.ok(grown < flat, `the memory has grown by ${grown} bytes`)
    await world.settle()
  })

  test('queues that are deleted and made anew, one that is taken from and one that is published to: nothing acknowledged is lost, and the gateway goes on within 10 s', async context => {
    const world = await brokerWorld(context, server, { drains: 'at once' })
    await world.flows()
    for (const queue of ['in', 'out']) {
      // What lies in a queue goes with it: it is empty, and the load meets a queue that is not there.
      await world.pause()
      await withPartner(server.url, async channel => void (await channel.deleteQueue(queue, { ifEmpty: true })))
      world.resume()
      await setTimeout(1000)
      await withPartner(server.url, async channel => void (await channel.assertQueue(queue)))
      await world.drainAgain()
      const tookMs = await world.flows()
      context.diagnostic(`${queue}: goes on after ${tookMs} ms`)
      assert.ok(tookMs < recoveryMs, `it went on after ${tookMs} ms`)
    }
    await world.settle()
  })
})
