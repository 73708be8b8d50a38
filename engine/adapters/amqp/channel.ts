import { defineConsuming } from '../../core/component.ts'
import type { AmqpChannel } from '../../core/config.gen.ts'
import { checkBeside } from './beside.ts'
import type { AmqpClient } from './client.ts'
import { AmqpConsumer } from './consumer.ts'
import { textOf } from './received.ts'

/** Messages off a queue, each acknowledged after its effect, and answered where it asks for a reply. */
export default defineConsuming<AmqpChannel, AmqpClient>({
  guarantees: 'at-least-once',
  once: 'per-node',
  connector: 'amqp',
  keyed: {
    keyOf: ({ headers }) => textOf(headers['message-id']),
    named: 'the message id',
  },
  takes: ({ connector, queue }) => [`the messages of the queue ${queue} at ${connector}`],
  buries: ({ deadLetter }) => deadLetter === 'broker',
  checkBeside,
  create: (config, client, handle, host) => new AmqpConsumer({ config, client, handle, host }),
})
