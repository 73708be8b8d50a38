import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import type { GetMessage } from 'amqplib'
import { withPartner } from '../support/amqp.ts'
import { eventually } from '../support/eventually.ts'
import type { House } from '../support/house.ts'
import type { RabbitServer } from '../support/rabbitmq.ts'

/** A broker with the queues `in` and `out`, and gateways that have a connector `bus` to it. */
interface Lent {
  readonly server: RabbitServer
  readonly open: (pipelines: string) => Promise<House>
}

/** What becomes of messages that ask for a reply. */
export function replyCases(lend: () => Lent): void {
  test('a message that asks for a reply is answered, a failure too; by direct reply-to and on a queue', async () => {
    await using _ = await lend().open(`pipelines:
  halve:
    channels:
      - amqp: { connector: bus, queue: in }
    input:
      type: object
      required: [number]
      properties:
        number: { type: integer }
    steps:
      - transform:
          half: \${{ number / 2 }}
`)
    await withPartner(lend().server.url, async channel => {
      const { queue: own } = await channel.assertQueue('', { exclusive: true })
      for (const replyTo of ['amq.rabbitmq.reply-to', own]) {
        const replies = new Map<string, (value: unknown) => void>()
        await channel.consume(
          replyTo,
          message =>
            replies.get(message?.properties.correlationId)?.({
              body: JSON.parse(String(message?.content)),
              ...message?.properties.headers,
            }),
          { noAck: true },
        )
        const ask = (body: unknown): Promise<unknown> =>
          new Promise(resolve => {
            const correlationId = randomUUID()
            replies.set(correlationId, resolve)
            channel.sendToQueue('in', Buffer.from(JSON.stringify(body)), { contentType: 'application/json', replyTo, correlationId })
          })
        assert.deepEqual(await ask({ number: 42 }), { body: { half: 21 }, status: 200 })
        const { status, body } = Object(await ask({ number: 'none' }))
        assert.equal(status, 400)
        assert.equal(body.code, 'INPUT_INVALID')
      }
    })
  })

  test('a reply is in the format of the channel, and waits while the broker takes no messages: the effect is not repeated for it', () =>
    withPartner(lend().server.url, async channel => {
      const { queue: replyTo } = await channel.assertQueue('', { exclusive: true })
      await channel.assertQueue('in')
      for (const number of [1, 2, 3])
        channel.sendToQueue('in', Buffer.from(`<n>${number}</n>`), { contentType: 'application/xml', replyTo, messageId: `m-${number}` })
      await eventually(async () => assert.equal((await channel.checkQueue('in')).messageCount, 3))
      await lend().server.control('set_vm_memory_high_watermark', 'absolute', '1')
      try {
        await using house = await lend().open(`pipelines:
  answer:
    channels:
      - amqp: { connector: bus, queue: in }
        format: xml
    steps:
      - log: { message: worked }
      - transform:
          got: \${{ $ }}
`)
        const worked = (): number => house.log.filter(({ event, message }) => event === 'worked' || message === 'worked').length
        await eventually(() => assert.equal(worked(), 3))
        assert.equal((await channel.checkQueue(replyTo)).messageCount, 0)
        await lend().server.control('set_vm_memory_high_watermark', '0.4')
        const replies: GetMessage[] = []
        await eventually(async () => {
          const one = await channel.get(replyTo, { noAck: true })
          if (one !== false) replies.push(one)
          assert.equal(replies.length, 3)
        }, 30_000)
        const told = replies.map(({ content, properties }) => [properties.correlationId, properties.contentType, String(content)])
        assert.deepEqual(
          told.sort(),
          [1, 2, 3].map(number => [
            `m-${number}`,
            'application/xml; charset=utf-8',
            `<?xml version="1.0" encoding="UTF-8"?><response><got>${number}</got></response>`,
          ]),
        )
        assert.equal(worked(), 3)
      } finally {
        await lend().server.control('set_vm_memory_high_watermark', '0.4')
      }
    }))

  test('a reply that nobody waits for is left, and the message acknowledged', async () => {
    await using house = await lend().open(`pipelines:
  answer:
    channels:
      - amqp: { connector: bus, queue: in }
    steps:
      - log: { message: answered }
`)
    await withPartner(lend().server.url, async channel => {
      channel.sendToQueue('in', Buffer.from('{}'), { contentType: 'application/json', replyTo: 'nobody-has-this-queue' })
      await eventually(() => assert.ok(house.log.some(line => line['event'] === 'reply not taken')))
      await house[Symbol.asyncDispose]()
      assert.equal((await channel.checkQueue('in')).messageCount, 0)
    })
  })
}
