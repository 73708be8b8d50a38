import { pipelineSlots } from './admission.ts'
import { pipelineContext } from './context.ts'
import { compileFlow, type Flow } from './flow.ts'
import { analyseReading } from './reading.ts'
import type { Shared } from './shared.ts'

/** Every pipeline of the model between its bytes, by name. They find each other when a message comes. */
export function compileFlows(shared: Shared): ReadonlyMap<string, Flow> {
  const flows = new Map<string, Flow>()
  for (const model of shared.options.model.pipelines.values()) {
    const context = pipelineContext(model.name, { ...shared, flows })
    flows.set(
      model.name,
      compileFlow(model, { context, reading: analyseReading(model, shared.options), slots: pipelineSlots(model, shared.options.state) }),
    )
  }
  return flows
}
