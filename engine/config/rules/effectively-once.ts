import type { Finding } from '../../core/finding.ts'
import { errorAt } from '../finding-at.ts'
import { entryOf, type Framed, type FramedComponent, type FramedScalar, whereKey } from '../framed.ts'
import type { Project } from '../project.ts'
import { referencesIn } from '../references.ts'
import { blocksIn } from '../step-ids.ts'

/** Calls of a pipeline that would have a second effect where a message is given again; none where it has an idempotency key. */
export function effectively(name: string, pipeline: Framed, project: Project): readonly Finding[] {
  if (entryOf(pipeline, 'idempotency') !== undefined) return []
  return unsafeIn(pipeline, project, new Set([name])).map(({ step, call }) =>
    errorAt(whereKey(step), 'impossible-guarantee', `${call} may be made twice, and the pipeline promises effectively-once`, {
      hint: 'write idempotent: true beside the step where the called system tells repetitions apart',
    }),
  )
}

interface Unsafe {
  readonly step: FramedComponent
  readonly call: string
}

function unsafeIn(owner: Framed, project: Project, entered: ReadonlySet<string>): readonly Unsafe[] {
  return blocksIn(owner).flatMap(block =>
    block.items.flatMap(item => (item.kind === 'component' ? unsafeStep(item, project, entered) : [])),
  )
}

function unsafeStep(step: FramedComponent, project: Project, entered: ReadonlySet<string>): readonly Unsafe[] {
  const { modifiers, config, type } = step
  const said = entryOf(modifiers, 'idempotent')
  // What stands in `once` is done once.
  if (type === 'once' || (said?.kind === 'scalar' && said.value === true)) return []
  const own = entryOf(config, type)
  const named = own === undefined ? [] : referencesIn(own)
  const calls = named.filter(({ to, name }) => to === 'operation' && isUnsafe(name, project)).map(({ name }) => name)
  const unsafe = (name: string): boolean => !isQueuedOnce(config, name, project) && isUnsafePipeline(name, project, entered)
  const invoked = named.filter(({ to, name }) => to === 'pipeline' && unsafe(name)).map(invoking)
  const inside = [...unsafeIn(config, project, entered), ...unsafeIn(modifiers, project, entered)]
  return [...[...calls, ...invoked].map(call => ({ step, call })), ...inside]
}

const invoking = ({ name }: { readonly name: string; readonly scalar: FramedScalar }): string => `a call inside of "${name}"`

function isUnsafe(call: string, { declarations, catalogue }: Project): boolean {
  const [connector = '', operation = ''] = call.split('.')
  const declared = declarations.connectors.get(connector)
  const described = declared?.kind === 'component' ? catalogue.operations(declared.type)[operation] : undefined
  return described !== undefined && described['x-idempotent'] !== true
}

/** What is put on the queue of a pipeline twice runs there once, where that pipeline says by which key; what is run at once has no such key. */
function isQueuedOnce(config: Framed, name: string, { declarations }: Project): boolean {
  const async = entryOf(config, 'async')
  const key = entryOf(entryOf(declarations.pipelines.get(name), 'idempotency'), 'key')
  return async?.kind === 'scalar' && async.value === true && key !== undefined
}

/** One that is being looked at already decides nothing. */
function isUnsafePipeline(name: string, project: Project, entered: ReadonlySet<string>): boolean {
  const pipeline = project.declarations.pipelines.get(name)
  if (pipeline === undefined || entered.has(name)) return false
  return unsafeIn(pipeline, project, new Set([...entered, name])).length > 0
}
