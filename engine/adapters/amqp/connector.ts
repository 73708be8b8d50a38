import type { ChannelModel } from 'amqplib'
import { type ConfigFault, defineConnector } from '../../core/component.ts'
import type { AmqpConnector, AmqpConnectorOperations } from '../../core/config.gen.ts'
import type { Status } from '../../core/ports.ts'
import { checkTls } from '../../kit/tls.ts'
import { checkAddress } from './address.ts'
import type { AmqpClient } from './client.ts'
import { Known } from './known.ts'
import { letterOf } from './letter.ts'
import { AmqpLink } from './link.ts'
import { Publisher } from './publisher.ts'
import { Reads } from './reads.ts'
import { asResult } from './received.ts'
import { Requests } from './requests.ts'
import { checkQueues, settle } from './topology.ts'

/** A broker of AMQP 0-9-1: messages out, requests with replies, single messages off a queue. */
export default defineConnector<AmqpConnector, AmqpConnectorOperations, AmqpClient>({
  check: ({ url, nodes, tls, queues }): readonly ConfigFault[] => [
    ...checkAddress(url, '/url'),
    ...nodes.flatMap((node, index) => checkAddress(node, `/nodes/${index}`)),
    ...checkTls(tls, '/tls'),
    ...checkQueues(queues),
  ],
  create: (config, host) => {
    const link = new AmqpLink(config, host, { prepare: model => look(model, config), lost: 'degraded' })
    const known = new Known(link)
    const publisher = new Publisher(link, known)
    const requests = new Requests(link, known, host)
    const reads = new Reads(link, known)
    const ids = new WeakMap<object, string>()
    return {
      client: { config, send: letter => publisher.send(letter) },
      start: signal => {
        if (config.tls?.insecure === true) host.log.warn('insecure', { reason: 'any certificate is taken: `tls.insecure` is for tests' })
        return link.start(signal)
      },
      stop: signal => link.stop(signal),
      ping: signal => link.ping(signal),
      operations: {
        publish: async (args, scope) => {
          await publisher.send(letterOf(args, scope, ids))
          return undefined
        },
        request: async (args, scope) => asResult(await requests.send(letterOf(args, scope, ids), scope)),
        get: async ({ queue }, scope) => {
          const message = await reads.get(queue, scope)
          return message === undefined ? { body: undefined, found: false } : asResult(message)
        },
      },
    }
  },
})

async function look(model: ChannelModel, config: AmqpConnector): Promise<Status | undefined> {
  const missing = await settle(model, config)
  return missing === undefined ? undefined : { state: 'failed', reason: missing }
}
