import type { Handle } from '../core/component.ts'
import { compileChannel } from './channel.ts'
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
      const handle = compileChannel(channel, flow, shared)
      if (definition.kind === 'consuming') consuming.set(channel.id, handle)
      else served.push({ channel, definition, route: definition.route(channel.config), handle })
    }
  return { served, consuming }
}
