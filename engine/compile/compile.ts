import { compileChannels } from './channels.ts'
import { compileFlows } from './flows.ts'
import { compileInvocations } from './invocations.ts'
import type { CompileOptions } from './options.ts'
import { compileOrders } from './orders.ts'
import { compileQueues } from './queued.ts'
import type { Revision } from './revision.ts'
import { compileRoutes } from './routes.ts'
import { share } from './shared.ts'

/**
 * A model to a revision: what happens to a message, from the outside in.
 *
 *   routes      a request: authenticated on its head, spoken to in its protocol, recorded    routes.ts
 *   channels    a message: admitted, read, within its deadline, written, reported            channels.ts delivery.ts
 *   flows       a pipeline: input checked, steps, catch and finally, reply, output checked   flow.ts
 *   steps       one after the other, each with its modifiers around it                       sequence.ts policies/guard-step.ts steps/
 *   calls       an operation with its connector's policies around it                         target.ts policies/guard-call.ts
 */
export function compile(options: CompileOptions): Revision {
  const shared = share(options)
  const { flows, commit } = compileFlows(shared)
  const channels = compileChannels(flows, shared)
  const { activity } = shared
  return {
    model: options.model,
    routes: compileRoutes(channels.served, shared),
    consumers: channels.consuming,
    orders: compileOrders(flows, shared),
    queued: compileQueues(flows, shared),
    pipelines: compileInvocations(flows, shared),
    commit,
    get inFlight() {
      return activity.count
    },
    drained: () => activity.drained(),
  }
}
