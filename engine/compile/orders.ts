import type { Inbound } from '../core/message.ts'
import type { ChannelModel } from '../core/model.ts'
import { chain } from './chain.ts'
import { channelDefinition } from './definitions.ts'
import type { Flow } from './flow.ts'
import { inputOf } from './input.ts'
import { compileOrder } from './order.ts'
import { createReader } from './reader.ts'
import type { Revision } from './revision.ts'
import type { Shared } from './shared.ts'

/** The lanes of the messages that consuming channels bring, where they have an order. */
export function compileOrders(flows: ReadonlyMap<string, Flow>, shared: Shared): Revision['orders'] {
  const orders = new Map<string, LaneOfInbound>()
  for (const flow of flows.values())
    for (const channel of flow.model.channels) {
      const { kind } = channelDefinition(channel.type, shared.options)
      const lane = kind === 'consuming' ? laneOf(channel, flow, shared) : undefined
      if (lane !== undefined) orders.set(channel.id, lane)
    }
  return orders
}

/** `''`: no order. Never throws: what cannot be read has none, and its run says why. */
export type LaneOfInbound = (inbound: Inbound) => string | Promise<string>

function laneOf(channel: ChannelModel, flow: Flow, { options, formats }: Shared): LaneOfInbound | undefined {
  const { model } = flow
  const order = compileOrder(channel.order ?? model.order, options.log)
  if (order === undefined) return undefined
  // Channels share the lanes of their pipeline, unless one says its own.
  const prefix = `${channel.order === undefined ? model.name : channel.id} `
  if (order.isStrict) return () => prefix
  const said = channel.format === undefined ? undefined : formats.of(channel.format)
  const read = createReader({ said, formats, unread: undefined })
  const lane = (inbound: Inbound): string | Promise<string> =>
    chain(read(inbound), ({ body, coerce }) => {
      const { id = '', headers, source, principal, receivedAt = options.clock.now() } = inbound
      const input = flow.accept(inputOf(body, source), coerce)
      const key = order.laneOf(input, {
        id,
        pipeline: model.name,
        channel: channel.name ?? channel.type,
        headers,
        source,
        principal,
        receivedAt,
      })
      return key === '' ? '' : prefix + key
    })
  return inbound => {
    try {
      const found = lane(inbound)
      return typeof found === 'string' ? found : found.catch(() => '')
    } catch {
      return ''
    }
  }
}
