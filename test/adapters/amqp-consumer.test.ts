import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import type { Channel } from 'amqplib'
import amqp from '../../engine/adapters/amqp/channel.ts'
import type { Consumer } from '../../engine/core/component.ts'
import type { AmqpChannel, AmqpConnector } from '../../engine/core/config.gen.ts'
import { SluiceError } from '../../engine/core/errors.ts'
import type { Reply } from '../../engine/core/message.ts'
import { amqpConfig, amqpQueue, withPartner } from '../support/amqp.ts'
import { eventually } from '../support/eventually.ts'
import { type TestHost, testHost } from '../support/host.ts'
import { startProxy } from '../support/proxy.ts'
import { type MessageCounter, startCounter } from '../support/rabbit-count.ts'
import { type RabbitServer, startRabbit } from '../support/rabbitmq.ts'
import { type Answer, acknowledged, type Receiver, receiver } from '../support/receiver.ts'

let server: RabbitServer
let counter: MessageCounter
before(async () => {
  server = await startRabbit()
  counter = startCounter(server)
})
after(async () => {
  await counter[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

interface Life extends AsyncDisposable {
  readonly consumer: Consumer
  readonly end: Receiver
  readonly host: TestHost
}

/** A consumer that is prepared and open, closed at the end. */
async function consume(
  queue: string,
  {
    answer,
    channel = {},
    connector = {},
    url = server.url,
  }: {
    readonly answer?: Answer
    readonly channel?: Partial<AmqpChannel>
    readonly connector?: Partial<AmqpConnector>
    readonly url?: string
  } = {},
): Promise<Life> {
  const host = testHost()
  const end = receiver(answer)
  const config: AmqpChannel = { connector: 'bus', queue, prefetch: 8, exclusive: false, reply: true, deadLetter: 'gateway', ...channel }
  const client = { config: amqpConfig(url, connector), send: () => Promise.reject(new Error('nobody asks for a reply')) }
  const consumer = amqp.create(config, client, end.handle, host)
  await consumer.prepare?.(AbortSignal.timeout(10_000))
  consumer.open()
  return { consumer, end, host, [Symbol.asyncDispose]: () => consumer.close(AbortSignal.timeout(5000)) }
}

const send = (channel: Channel, queue: string, text: string): void =>
  void channel.sendToQueue(queue, Buffer.from(text), { persistent: true })
const textsOf = ({ end }: Life): string[] => end.received.map(({ bytes }) => bytes.toString())
/** To look for a queue that is not there costs a channel. */
const isTaken = (queue: string): Promise<void> =>
  eventually(() => withPartner(server.url, async channel => assert.equal((await channel.checkQueue(queue)).consumerCount, 1)))

describe('a channel of a queue', { timeout: 120_000 }, () => {
  for (const type of ['classic', 'quorum'])
    test(`a ${type} queue that is deleted is a status, and is consumed again when it is made anew`, () =>
      withPartner(server.url, async channel => {
        const queue = randomUUID()
        const make = () => channel.assertQueue(queue, { arguments: { 'x-queue-type': type } })
        await make()
        await using life = await consume(queue)
        await isTaken(queue)
        await channel.deleteQueue(queue)
        assert.match((await life.host.until('failed')).reason ?? '', /NOT_FOUND/)
        await make()
        send(channel, queue, 'a')
        await life.end.came(1)
        assert.equal((await life.host.until('ready')).reason, undefined)
      }))

  test('a quorum queue that is deleted and made anew at once, which the broker tells nobody, is consumed again', () =>
    withPartner(server.url, async channel => {
      const queue = randomUUID()
      const make = () => channel.assertQueue(queue, { arguments: { 'x-queue-type': 'quorum' } })
      await make()
      await using life = await consume(queue)
      await isTaken(queue)
      await channel.deleteQueue(queue)
      await make()
      send(channel, queue, 'a')
      await life.end.came(1)
    }))

  test('a queue that the connector declares is made again', () =>
    withPartner(server.url, async channel => {
      const queue = randomUUID()
      await using life = await consume(queue, { connector: { declare: true, queues: { [queue]: amqpQueue() } } })
      await isTaken(queue)
      await channel.deleteQueue(queue)
      await isTaken(queue)
      send(channel, queue, 'a')
      await life.end.came(1)
    }))

  test('messages are taken although something else that the connector declares is there, and another one', () =>
    withPartner(server.url, async channel => {
      const queue = randomUUID()
      const exchanges = { 'amq.topic': { type: 'fanout', durable: true, autoDelete: false, arguments: {} } } as const
      await using life = await consume(queue, { connector: { declare: true, exchanges, queues: { [queue]: amqpQueue() } } })
      await isTaken(queue)
      send(channel, queue, 'a')
      await life.end.came(1)
    }))

  test('a wrong password is a status that needs somebody, and shows nothing', async () => {
    await using life = await consume('any', { url: server.url.replace(/:[^:@]*@/, ':nonsense@') })
    assert.match((await life.host.until('failed')).reason ?? '', /ACCESS_REFUSED/)
    assert.doesNotMatch(JSON.stringify([life.host.statuses, life.host.lines]), /nonsense/)
  })

  for (const [type, counts] of [
    ['classic', [undefined, 1, 1]],
    ['quorum', [undefined, 1, 2]],
  ] as const)
    test(`what a lost connection cuts off is given again, counted as a ${type} queue counts; a late acknowledgement is nobody's`, () =>
      withPartner(server.url, async channel => {
        const queue = randomUUID()
        await channel.assertQueue(queue, { arguments: { 'x-queue-type': type } })
        await using proxy = await startProxy(server.port)
        const effects = [Promise.withResolvers<Reply>(), Promise.withResolvers<Reply>()]
        await using life = await consume(queue, {
          url: server.url.replace(/:\d+$/, `:${proxy.port}`),
          answer: (_, count) => effects[count - 1]?.promise ?? acknowledged,
        })
        send(channel, queue, 'a')
        for (const count of [1, 2]) {
          await life.end.came(count)
          proxy.cut()
          await eventually(() => assert.ok(life.end.received[count - 1]?.cut?.signal.aborted))
        }
        await life.end.came(3)
        for (const { resolve } of effects) resolve(acknowledged)
        await eventually(async () => assert.equal(await counter.count(queue), 0))
        assert.deepEqual(
          life.end.received.map(({ inbound }) => inbound.redelivered),
          counts,
        )
        // The numbers of the old connections mean nothing on the new one.
        send(channel, queue, 'b')
        await life.end.came(4)
        await eventually(async () => assert.equal(await counter.count(queue), 0))
        assert.ok(life.host.statuses.every(({ reason = '' }) => !/PRECONDITION/.test(reason)))
      }))

  test('while the broker is short of memory, messages are taken and acknowledged', () =>
    withPartner(server.url, async channel => {
      const queue = randomUUID()
      await channel.assertQueue(queue)
      for (const text of ['a', 'b', 'c']) send(channel, queue, text)
      await eventually(async () => assert.equal(await counter.count(queue), 3))
      await server.control('set_vm_memory_high_watermark', 'absolute', '1')
      await using life = await consume(queue)
      await life.end.came(3)
      await eventually(async () => assert.equal(await counter.count(queue), 0))
      await server.control('set_vm_memory_high_watermark', '0.4')
    }))

  test('an exclusive consumer has the queue to itself; another one stands by, and takes over', () =>
    withPartner(server.url, async channel => {
      const queue = randomUUID()
      await channel.assertQueue(queue)
      const first = await consume(queue, { channel: { exclusive: true } })
      await isTaken(queue)
      await using second = await consume(queue, { channel: { exclusive: true } })
      await eventually(() => assert.match(second.host.statuses.at(-1)?.reason ?? '', /stands by/))
      send(channel, queue, 'a')
      await first.end.came(1)
      await first[Symbol.asyncDispose]()
      send(channel, queue, 'b')
      await second.end.came(1)
      assert.deepEqual([textsOf(first), textsOf(second)], [['a'], ['b']])
    }))

  test('of the consumers of a queue with a single active one, one has all messages until it closes', () =>
    withPartner(server.url, async channel => {
      const queue = randomUUID()
      const connector = { declare: true, queues: { [queue]: amqpQueue({ singleActive: true }) } }
      const first = await consume(queue, { connector })
      await isTaken(queue)
      await using second = await consume(queue, { connector })
      await eventually(async () => assert.equal((await channel.checkQueue(queue)).consumerCount, 2))
      for (let index = 0; index < 20; index++) send(channel, queue, `${index}`)
      await first.end.came(20)
      await first[Symbol.asyncDispose]()
      send(channel, queue, 'last')
      await second.end.came(1)
      assert.deepEqual(textsOf(second), ['last'])
    }))

  test('what is given up goes to the dead letters of the broker, where the channel says so', () =>
    withPartner(server.url, async channel => {
      const [queue, dead] = [randomUUID(), randomUUID()]
      const queues = { [dead]: amqpQueue(), [queue]: amqpQueue({ deadLetter: { exchange: '', key: dead } }) }
      await using _ = await consume(queue, {
        channel: { deadLetter: 'broker' },
        connector: { declare: true, queues },
        answer: ({ bytes }) => (String(bytes) === 'bad' ? { ...acknowledged, status: 422, buried: 'INPUT_INVALID' } : acknowledged),
      })
      await isTaken(queue)
      await channel.assertQueue(dead)
      for (const text of ['good', 'bad', 'fine']) send(channel, queue, text)
      await eventually(async () => assert.equal(await counter.count(dead), 1))
      await eventually(async () => assert.equal(await counter.count(queue), 0))
    }))

  test('a message that was not taken, for nobody knows how long, does not come again at once', () =>
    withPartner(server.url, async channel => {
      const queue = randomUUID()
      await channel.assertQueue(queue, { arguments: { 'x-queue-type': 'quorum' } })
      const life = await consume(queue, { answer: () => Promise.reject(new SluiceError('OVERLOADED', 'the gateway is stopping')) })
      send(channel, queue, 'a')
      await life.end.came(1)
      // A hundred times what a loop would take.
      await eventually(async () => assert.equal((await channel.checkQueue(queue)).messageCount, 0))
      assert.equal(life.end.received.length, 1)
      // Closing gives it back at once.
      await life[Symbol.asyncDispose]()
      await eventually(async () => assert.equal((await channel.checkQueue(queue)).messageCount, 1))
    }))
})
