import type { Handle } from '../core/component.ts'
import { compileAsking } from './asking.ts'
import { compileConsuming, compileServed } from './channel.ts'
import { compileDeferred } from './deferred.ts'
import { channelDefinition } from './definitions.ts'
import type { Flow } from './flow.ts'
import type { ServedModel } from './routes.ts'
import type { Shared } from './shared.ts'

export interface Channels {
  readonly served: readonly ServedModel[]
  /** By the channel's id. */
  readonly consuming: ReadonlyMap<string, Handle>
}

/** Every channel of every pipeline, by how its messages come. */
export function compileChannels(flows: ReadonlyMap<string, Flow>, shared: Shared): Channels {
  const served: ServedModel[] = []
  const consuming = new Map<string, Handle>()
  for (const flow of flows.values())
    for (const channel of flow.model.channels) {
      const definition = channelDefinition(channel.type, shared.options)
      if (definition.kind === 'consuming') {
        consuming.set(channel.id, compileConsuming(channel, flow, shared))
        continue
      }
      const { deferral, keyed } = definition
      const route = definition.route(channel.config)
      if (!channel.async || deferral === undefined) {
        served.push({ channel, definition, route, handle: compileServed(channel, flow, shared) })
        continue
      }
      served.push({ channel, definition, route, handle: compileDeferred(channel, { deferral, keyed, flow, shared }) })
      served.push(compileAsking({ channel, definition }, deferral, shared))
    }
  return { served, consuming }
}
