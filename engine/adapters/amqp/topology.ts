import type { Channel, ChannelModel } from 'amqplib'
import type { ConfigFault } from '../../core/component.ts'
import type { AmqpConnector } from '../../core/config.gen.ts'
import { reasonOf, replyCode } from './amqp-error.ts'
import { onAside } from './known.ts'

type Queue = AmqpConnector['queues'][string]
type Topology = Pick<AmqpConnector, 'declare' | 'exchanges' | 'queues'>

/** Makes, or only looks for, what a configuration names. Gives what is missing or contradicts, one line; rejects where the connection is lost. */
export async function settle(model: ChannelModel, { declare, exchanges, queues }: Topology): Promise<string | undefined> {
  const missing: string[] = []
  const on = async (ask: (channel: Channel) => Promise<unknown>): Promise<void> => {
    try {
      await onAside(() => model.createChannel(), ask)
    } catch (thrown) {
      if (replyCode(thrown) === undefined) throw thrown
      missing.push(reasonOf(thrown))
    }
  }
  // One refusal costs a channel: all on one while nothing is refused, else each by itself, so that the rest is there all the same.
  for (const part of parts({ declare, exchanges, queues })) await on(part)
  return missing.length === 0 ? undefined : missing.slice(0, 3).join('; ')
}

type Part = (channel: Channel) => Promise<unknown>

function parts({ declare, exchanges, queues }: Topology): readonly Part[] {
  if (!declare)
    return [
      ...Object.keys(exchanges).map(
        (name): Part =>
          channel =>
            channel.checkExchange(name),
      ),
      ...Object.keys(queues).map(
        (name): Part =>
          channel =>
            channel.checkQueue(name),
      ),
    ]
  return [
    ...Object.entries(exchanges).map(
      ([name, { type, durable, autoDelete, alternate, arguments: more }]): Part =>
        channel =>
          channel.assertExchange(name, type, {
            durable,
            autoDelete,
            ...(alternate !== undefined && { alternateExchange: alternate }),
            arguments: more,
          }),
    ),
    ...Object.entries(queues).map(
      ([name, queue]): Part =>
        channel =>
          declareQueue(channel, name, queue),
    ),
  ]
}

async function declareQueue(channel: Channel, name: string, queue: Queue): Promise<void> {
  const { durable, autoDelete, bindings } = queue
  await channel.assertQueue(name, { durable, autoDelete, arguments: argumentsOf(queue) })
  for (const { exchange, key, arguments: compared } of bindings) await channel.bindQueue(name, exchange, key, compared)
}

function argumentsOf(queue: Queue): Readonly<Record<string, unknown>> {
  const { type, deadLetter, messageTtl, expires, maxLength, maxBytes, overflow, maxPriority, deliveryLimit, singleActive } = queue
  const isBounded = maxLength !== undefined || maxBytes !== undefined
  const said = {
    // Brokers before 3.8 know one kind and no word for it.
    'x-queue-type': type === 'classic' ? undefined : type,
    'x-dead-letter-exchange': deadLetter?.exchange,
    'x-dead-letter-routing-key': deadLetter?.key,
    'x-message-ttl': messageTtl,
    'x-expires': expires,
    'x-max-length': maxLength,
    'x-max-length-bytes': maxBytes,
    'x-overflow': isBounded ? overflow : undefined,
    'x-max-priority': maxPriority,
    'x-delivery-limit': deliveryLimit,
    'x-single-active-consumer': singleActive ? true : undefined,
    ...queue.arguments,
  }
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined))
}

/** What contradicts itself in a queue. */
export function checkQueues(queues: AmqpConnector['queues']): readonly ConfigFault[] {
  return Object.entries(queues).flatMap(([name, queue]) => {
    const pointer = `/queues/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
    const isQuorum = queue.type === 'quorum'
    const faults: ConfigFault[] = []
    const refuse = (when: boolean, message: string, hint: string): void => void (when && faults.push({ pointer, message, hint }))
    refuse('x-queue-type' in queue.arguments, '`x-queue-type` is said by `type`', 'streams are not queues, and are not spoken to')
    refuse(isQuorum && (!queue.durable || queue.autoDelete), 'a quorum queue is durable, and stays', 'leave `durable` and `autoDelete` out')
    refuse(
      isQuorum && queue.maxPriority !== undefined,
      'a quorum queue has no priorities',
      'leave `maxPriority` out, or use `type: classic`',
    )
    refuse(!isQuorum && queue.deliveryLimit !== undefined, 'a classic queue counts no deliveries', 'use `type: quorum`')
    return faults
  })
}
