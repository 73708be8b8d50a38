import type { StepDefinition } from '../../compile/step.ts'
import type { Where } from '../../core/finding.ts'
import type { Model, PipelineModel, StepModel } from '../../core/model.ts'
import type { Definitions } from '../../runtime/definitions.ts'

/** Which steps any message came to. */
export interface Coverage {
  readonly steps: number
  readonly reached: number
  /** The first of those in a row that none came to; what is inside of them is not named besides. */
  readonly unreached: readonly Unreached[]
}

export interface Unreached {
  readonly pipeline: string
  readonly step: string
  readonly verb: string
  readonly file: string
  readonly line: number
  /** How many behind it in the same block were not reached either. */
  readonly behind: number
}

export interface Tracks {
  /** Definitions whose steps leave a track. */
  follow(definitions: Definitions): Definitions
  coverage(model: Model): Coverage
}

export function layTracks(): Tracks {
  const reached = new Set<string>()
  const tracked = (definition: StepDefinition<unknown>): StepDefinition<unknown> => ({
    ...definition,
    compile(model, context) {
      const step = definition.compile(model, context)
      const place = placeOf(model)
      return (message, scope) => {
        reached.add(place)
        return step(message, scope)
      }
    },
  })
  return {
    follow: definitions => (kind, type) => {
      const definition = definitions(kind, type)
      // Only `defineStep` makes this kind.
      return definition.kind === 'step' ? tracked(definition as StepDefinition<unknown>) : definition
    },
    coverage(model) {
      const pipelines = [...model.pipelines.values()].map(pipeline => ({ pipeline, blocks: blocksIn(pipeline) }))
      const steps = pipelines.flatMap(({ blocks }) => blocks.flat())
      const isReached = (step: StepModel): boolean => reached.has(placeOf(step))
      return {
        steps: steps.length,
        reached: steps.filter(isReached).length,
        unreached: pipelines.flatMap(({ pipeline }) => gaps(pipeline, isReached)),
      }
    },
  }
}

/** `19 of 21 steps reached; not reached:`, and where they are. */
export function coverageLines(coverage: Coverage | undefined): readonly string[] {
  if (coverage === undefined) return []
  const { steps, reached, unreached } = coverage
  return [`${reached} of ${steps} steps reached${unreached.length === 0 ? '' : '; not reached:'}`, ...unreached.map(gapLine)]
}

function gapLine({ pipeline, step, verb, file, line, behind }: Unreached): string {
  return `  ${file}:${line} ${pipeline} ${step} ${verb}${behind === 0 ? '' : `, and ${behind} behind it`}`
}

const placeOf = ({ where }: { readonly where: Where }): string => `${where.file} ${where.pointer}`

/** Every block of steps in a value, those inside of others too. */
function blocksIn(value: unknown): readonly (readonly StepModel[])[] {
  const [block, parts] = opened(value)
  return [...(block.length === 0 ? [] : [block]), ...parts.flatMap(blocksIn)]
}

/** The same, but of blocks inside only those in steps that were reached. */
function gaps(pipeline: PipelineModel, isReached: (step: StepModel) => boolean): readonly Unreached[] {
  const look = (value: unknown): readonly Unreached[] => {
    const [block, parts] = opened(value)
    const missed = block.flatMap((step, at) => {
      if (isReached(step) || (at > 0 && !isReached(block[at - 1] ?? step))) return []
      const next = block.findIndex((one, index) => index > at && isReached(one))
      const { file, line } = step.where
      return [{ pipeline: pipeline.name, step: step.id, verb: step.type, file, line, behind: (next < 0 ? block.length : next) - at - 1 }]
    })
    return [...missed, ...parts.filter(part => !isStep(part) || isReached(part)).flatMap(look)]
  }
  return look(pipeline).toSorted((a, b) => a.line - b.line)
}

/** A value as the block of steps that it is, and its parts. Models are plain objects and lists; anything else is a leaf. */
function opened(value: unknown): readonly [readonly StepModel[], readonly unknown[]] {
  if (Array.isArray(value)) return [value.every(isStep) ? value : [], value]
  const plain = typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  return [[], plain ? Object.values(value) : []]
}

const isStep = (value: unknown): value is StepModel =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'step' && 'where' in value
