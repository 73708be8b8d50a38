import { SluiceError } from '../core/errors.ts'
import type { StepModel } from '../core/model.ts'
import { compileCondition } from './condition.ts'
import { transformDefinition } from './definitions.ts'
import { findStep } from './find-step.ts'
import type { Flow } from './flow.ts'
import { guardStep } from './policies/guard-step.ts'
import { createRepeatable } from './repeatable.ts'
import { block, type PlacedStep, sequence } from './sequence.ts'
import type { Shared } from './shared.ts'
import type { StepContext } from './step.ts'
import { findTarget } from './target.ts'
import { compileTree } from './tree.ts'

/** What the compilation of steps needs of the revision; `flows` is filled one by one. */
export type StepShared = Shared & { readonly flows: ReadonlyMap<string, Flow> }

/** What stands outside the steps of a pipeline: its `catch`, `finally`, `reply`. */
export const pipelineContext = (pipeline: string, shared: StepShared): StepContext =>
  createContext({ pipeline, step: 'pipeline', level: 0, resultRead: true }, shared)

interface Position {
  readonly pipeline: string
  readonly step: string
  /** How many blocks stand around it. */
  readonly level: number
  readonly resultRead: boolean
}

function createContext(position: Position, shared: StepShared): StepContext {
  const { options, formats, check, activity, flows, unread } = shared
  const { pipeline, step, level, resultRead } = position
  const steps = (models: readonly StepModel[], depth: number, isRead: (model: StepModel) => boolean) =>
    sequence(models.map(model => compileStep(model, { pipeline, step: model.id, level: depth, resultRead: isRead(model) }, shared)))
  return {
    pipeline,
    level,
    log: options.log,
    formats,
    schemas: options.schemas,
    value: tree => compileTree(tree, step),
    condition: (tree, where) => compileCondition(tree, step, where),
    steps: (models, read) => steps(models, level, model => read.has(model)),
    block: models => block(steps(models, level + 1, () => true)),
    resultRead,
    unread,
    repeatable: createRepeatable(options, call => findTarget(call, options)),
    check,
    target: call => findTarget(call, options),
    invoke: name => flows.get(name)?.invoke ?? absent(name),
    plugin: (name, config) => compilePlugin(name, config, shared),
    track: work => activity.track(work),
  }
}

function compileStep(model: StepModel, position: Position, shared: StepShared): PlacedStep {
  const context = createContext(position, shared)
  const definition = findStep(model.type, shared.options)
  const step = guardStep(definition.compile(model, context), model, definition, context)
  return { step, place: { step: model.id, where: model.where } }
}

/** A `with` that was left out has its defaults all the same. */
function compilePlugin(name: string, config: unknown, { options }: StepShared): ReturnType<StepContext['plugin']> {
  const complete = options.schemas.convert(`sluice:/transform/${name}.json`, config)
  return transformDefinition(name, options).compile(complete)
}

function absent(pipeline: string): never {
  throw new SluiceError('INTERNAL', `there is no pipeline "${pipeline}"`)
}
