import { admission, countsOf } from './admission.ts'
import { createDelivery } from './delivery.ts'
import type { Flow } from './flow.ts'
import { createReader } from './reader.ts'
import type { CompiledPipeline } from './revision.ts'
import type { Shared } from './shared.ts'

/** The deadline of a message whose pipeline says none, in milliseconds: somebody waits. */
const defaultMs = 30_000

/** Every pipeline as the API, the command line and tests call it: values in, values out. */
export const compileInvocations = (flows: ReadonlyMap<string, Flow>, shared: Shared): ReadonlyMap<string, CompiledPipeline> =>
  new Map([...flows].map(([name, flow]) => [name, compileInvocation(flow, shared)]))

function compileInvocation(flow: Flow, shared: Shared): CompiledPipeline {
  const { options, formats } = shared
  const deliver = createDelivery({
    ...shared,
    flow,
    run: flow.ask,
    channel: 'invoke',
    timeoutMs: flow.model.timeout ?? defaultMs,
    admission: admission(countsOf(flow.model, options), false),
    weighs: true,
    read: createReader({ said: undefined, formats, unread: undefined }),
    finish: answer => ({ ...answer, body: shared.unread.read(answer.body) }),
    access: options.access,
  })
  return { model: flow.model, invoke: async (inbound, how) => await deliver(inbound, undefined, how) }
}
