import { type Channel, connect } from 'amqplib'
import type { AmqpClient } from '../../engine/adapters/amqp/client.ts'
import amqp from '../../engine/adapters/amqp/connector.ts'
import type { Connector } from '../../engine/core/component.ts'
import type { AmqpConnector, AmqpConnectorOperations } from '../../engine/core/config.gen.ts'
import { secretUrl } from '../../engine/core/secret.ts'
import { type TestHost, testHost } from './host.ts'

export const amqpConfig = (url: string, more: Partial<AmqpConnector> = {}): AmqpConnector => ({
  url: secretUrl(url),
  nodes: [],
  heartbeat: 4000,
  declare: false,
  exchanges: {},
  queues: {},
  ...more,
})

type Queue = AmqpConnector['queues'][string]

export const amqpQueue = (more: Partial<Queue> = {}): Queue => ({
  type: 'classic',
  durable: true,
  autoDelete: false,
  overflow: 'reject-publish',
  singleActive: false,
  bindings: [],
  arguments: {},
  ...more,
})

export type AmqpCalls = Connector<AmqpConnectorOperations, AmqpClient>['operations']

/** Runs `body` with a connector that is started before, and stopped after it. */
export async function withAmqp(
  config: AmqpConnector,
  body: (lent: {
    readonly calls: AmqpCalls
    readonly connector: Connector<AmqpConnectorOperations, AmqpClient>
    readonly host: TestHost
  }) => Promise<void>,
): Promise<void> {
  const host = testHost()
  const connector = amqp.create(config, host)
  try {
    await connector.start?.(AbortSignal.timeout(10_000))
    await body({ calls: connector.operations, connector, host })
  } finally {
    await connector.stop?.(AbortSignal.timeout(1000))
  }
}

/** Runs `body` with a channel of somebody else, who knows nothing of the gateway. */
export async function withPartner(url: string, body: (channel: Channel) => Promise<void>): Promise<void> {
  const model = await connect(url)
  // A test that ends the broker ends this connection too.
  model.on('error', () => {})
  try {
    const channel = await model.createChannel()
    channel.on('error', () => {})
    await body(channel)
    // The end of a connection may overtake what was sent on its channels.
    await channel.close().catch(() => {})
  } finally {
    await model.close().catch(() => {})
  }
}

export const publishing = (
  key: string,
  text: string,
  more: Partial<AmqpConnectorOperations['publish']> = {},
): AmqpConnectorOperations['publish'] => ({
  exchange: '',
  key,
  body: { bytes: Buffer.from(text), contentType: 'text/plain' },
  persistent: true,
  mandatory: true,
  ...more,
})
