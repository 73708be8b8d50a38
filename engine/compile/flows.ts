import type { Definition, Step } from '../core/component.ts'
import type { PipelineModel } from '../core/model.ts'
import { pipelineSlots } from './admission.ts'
import { compileAsked } from './asked.ts'
import { pipelineContext, type StepShared } from './context.ts'
import { findStep } from './find-step.ts'
import { compileFlow, type Flow } from './flow.ts'
import { analyseReading } from './reading.ts'
import type { Shared } from './shared.ts'
import type { StepContext } from './step.ts'
import { Surroundings } from './surroundings.ts'

/** Every pipeline of the model between its bytes, by name. They find each other when a message comes. */
export interface Flows {
  readonly flows: ReadonlyMap<string, Flow>
  /** The revision runs from here on; what is compiled next keeps what it can of this one. */
  commit(): void
}

interface Compiled {
  readonly flow: Flow
  readonly surroundings: Surroundings
}

/** What runs, for the next revision to keep. */
class Running {
  compiled: ReadonlyMap<string, Compiled> = new Map()
  formats: readonly Definition[] = []
}

/** Those of the revision that runs, where nothing changed that they were compiled from; the others anew. */
export function compileFlows(shared: Shared): Flows {
  const { model, state } = shared.options
  const running = state.get('flows', '', () => new Running())
  const flows = new Map<string, Flow>()
  const around: StepShared = { ...shared, flows, pipeline: name => model.pipelines.get(name) }
  const formats = shared.formats.definitions
  const kept = isSame(formats, running.formats) ? keepable(running.compiled, around) : new Map<string, Compiled>()
  const compiled = new Map<string, Compiled>()
  for (const pipeline of model.pipelines.values()) {
    const one = kept.get(pipeline.name) ?? compileOne(pipeline, around)
    compiled.set(pipeline.name, one)
    flows.set(pipeline.name, one.flow)
  }
  for (const { surroundings } of kept.values()) surroundings.touch(state)
  return {
    flows,
    commit: () => {
      running.compiled = compiled
      running.formats = formats
      for (const { surroundings } of kept.values()) surroundings.adopt(around)
    },
  }
}

function compileOne(model: PipelineModel, around: StepShared): Compiled {
  const surroundings = new Surroundings(around)
  const { shared } = surroundings
  const context = pipelineContext(model.name, shared)
  const reading = analyseReading(model, shared.options)
  const flow = compileFlow(model, {
    context,
    reading,
    batch: batchOf(model, context, shared),
    asked: compileAsked(model, shared.options),
    slots: pipelineSlots(model, shared.options.state),
  })
  surroundings.close()
  return { flow, surroundings }
}

/** What the last step does with what it gathered. */
function batchOf({ steps }: PipelineModel, context: StepContext, { options }: StepShared): Step | undefined {
  const last = steps.at(-1)
  return last === undefined ? undefined : findStep(last.type, options).batch?.(last, context)
}

/** Those that are the same, and that run none which is not. */
function keepable(running: ReadonlyMap<string, Compiled>, around: StepShared): ReadonlyMap<string, Compiled> {
  const kept = new Map(
    [...running].filter(([name, { flow, surroundings }]) => around.pipeline(name) === flow.model && surroundings.fits(around)),
  )
  for (let before = -1; before !== kept.size; ) {
    before = kept.size
    for (const [name, { surroundings }] of kept) if ([...surroundings.pipelines].some(one => !kept.has(one))) kept.delete(name)
  }
  return kept
}

const isSame = (one: readonly Definition[], other: readonly Definition[]): boolean =>
  one.length === other.length && one.every((definition, at) => definition === other[at])
