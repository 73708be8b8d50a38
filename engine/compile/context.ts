import { SluiceError } from '../core/errors.ts'
import type { PipelineModel, StepModel } from '../core/model.ts'
import { batchesOf } from './batches-of.ts'
import { compileCondition } from './condition.ts'
import { transformDefinition } from './definitions.ts'
import { createEnqueue } from './enqueue.ts'
import { findStep } from './find-step.ts'
import type { Flow } from './flow.ts'
import { marksOf } from './marks-of.ts'
import { guardStep } from './policies/guard-step.ts'
import { createRepeatable } from './repeatable.ts'
import { block, type PlacedStep, sequence } from './sequence.ts'
import type { Shared } from './shared.ts'
import type { Enqueue, StepContext } from './step.ts'
import { findTarget } from './target.ts'
import { compileTree } from './tree.ts'

/** What the compilation of steps needs of the revision; `flows` is filled one by one. */
export type StepShared = Shared & {
  readonly flows: Pick<ReadonlyMap<string, Flow>, 'get'>
  /** Another pipeline, which this one runs or asks about. */
  readonly pipeline: (name: string) => PipelineModel | undefined
}

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
  const { options, formats, check, unread } = shared
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
    repeatable: createRepeatable(options, { target: call => findTarget(call, options), pipeline: shared.pipeline }),
    check,
    target: call => findTarget(call, options),
    invoke: name => {
      shared.pipeline(name)
      return (input, origin, scope) => flowOf(name, shared).invoke(input, origin, scope)
    },
    enqueue: name => {
      shared.pipeline(name)
      let enqueue: Enqueue | undefined
      return (body, origin) => {
        enqueue ??= createEnqueue(flowOf(name, shared), shared)
        return enqueue(body, origin)
      }
    },
    plugin: (name, config) => compilePlugin(name, config, shared),
    batches: () => batchesOf(options),
    model: shared.pipeline,
    marks: () => marksOf(options),
    track: work => shared.activity.track(work),
  }
}

function compileStep(model: StepModel, position: Position, shared: StepShared): PlacedStep {
  const context = createContext(position, shared)
  const definition = findStep(model.type, shared.options)
  const step = guardStep(definition.compile(model, context), model, definition, context)
  const { stepped } = shared.options
  const { pipeline } = position
  const seen: PlacedStep['seen'] =
    stepped === undefined || definition.waits !== true
      ? undefined
      : (durationMs, error) => stepped({ pipeline, step: model.id, error: error?.reason, durationMs })
  return { step, place: { step: model.id, where: model.where }, seen }
}

/** A `with` that was left out has its defaults all the same. */
function compilePlugin(name: string, config: unknown, { options }: StepShared): ReturnType<StepContext['plugin']> {
  const complete = options.schemas.convert(`sluice:/transform/${name}.json`, config)
  return transformDefinition(name, options).compile(complete)
}

/** When a message comes: it may be compiled later than what runs it. */
const flowOf = (name: string, { flows }: StepShared): Flow => flows.get(name) ?? absent(name)

function absent(pipeline: string): never {
  throw new SluiceError('INTERNAL', `there is no pipeline "${pipeline}"`)
}
