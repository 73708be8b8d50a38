import { randomUUID } from 'node:crypto'
import { after, before } from 'node:test'
import { connect } from 'amqplib'
import amqp from '../../engine/adapters/amqp/channel.ts'
import type { AmqpClient } from '../../engine/adapters/amqp/client.ts'
import type { AmqpChannel } from '../../engine/core/config.gen.ts'
import { consumingContract, type Source } from '../contract/consuming-channel.ts'
import { amqpConfig } from '../support/amqp.ts'
import { startProxy } from '../support/proxy.ts'
import { type MessageCounter, startCounter } from '../support/rabbit-count.ts'
import { type RabbitServer, rabbitPassword, startRabbit } from '../support/rabbitmq.ts'

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

for (const { type, prefetch } of [
  { type: 'classic', prefetch: 1 },
  { type: 'quorum', prefetch: 16 },
])
  consumingContract(`amqp, a ${type} queue, ${prefetch} at once`, {
    definition: amqp,
    prefetch,
    carries: 'bytes',
    order: prefetch === 1 ? 'kept' : 'none',
    suffers: ['away'],
    secret: rabbitPassword,
    open: async () => {
      const queue = randomUUID()
      const proxy = await startProxy(server.port)
      const source = await queueSource(queue, type, proxy)
      const client: AmqpClient = {
        config: amqpConfig(server.url.replace(/:\d+$/, `:${proxy.port}`)),
        send: () => Promise.reject(new Error('nobody asks for a reply')),
      }
      const config: AmqpChannel = { connector: 'bus', queue, prefetch, exclusive: false, reply: true, deadLetter: 'gateway' }
      return { source, config, client }
    },
  })

/** A queue of a partner, who reaches the broker by another way than the gateway. */
async function queueSource(queue: string, type: string, proxy: Awaited<ReturnType<typeof startProxy>>): Promise<Source> {
  const model = await connect(server.url)
  const channel = await model.createConfirmChannel()
  await channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': type } })
  return {
    send: ({ key, bytes }) =>
      new Promise((resolve, reject) => {
        channel.publish('', queue, Buffer.from(bytes), { messageId: key, headers: { key } }, error =>
          error === null ? resolve() : reject(error),
        )
      }),
    left: () => counter.count(queue),
    async leave() {
      proxy.slam()
      proxy.cut()
    },
    async come() {
      proxy.pass()
    },
    async [Symbol.asyncDispose]() {
      await channel.deleteQueue(queue)
      await model.close()
      await proxy[Symbol.asyncDispose]()
    },
  }
}
