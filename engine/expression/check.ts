import { isConstant } from './analyse.ts'
import type { Binary, Bind, Call, Condition, Group, Node, Path, Variable } from './ast.ts'
import { defaultBudget, Run } from './budget.ts'
import type { Compiler } from './build/compiler.ts'
import { asFault } from './errors.ts'
import { nearest } from './finding.ts'
import { type Known, knownFunctions, refusedFunctions } from './functions/table.ts'
import { emptyPicture } from './pictures/marker.ts'
import { resolve, type Scope } from './scope.ts'

/** A name that nothing binds: an error, for it would always be nothing. */
export function checkUnbound(node: Variable, scope: Scope, compiler: Compiler, called: boolean): void {
  const { notes, externals } = compiler
  if (checkRefused(node, compiler)) return
  const near = nearest(node.value, [...visible(scope), ...externals, ...knownFunctions.keys()])
  const hint = near === undefined ? undefined : `did you mean $${near}?`
  if (called) notes.report('unknown-function', 'error', node, `there is no function $${node.value}`, hint)
  else notes.report('unknown-variable', 'error', node, `$${node.value} is not bound here`, hint)
}

/** What is called, where it is no function of the language: a name that nothing binds, a value, or `sum(x)`, which lost its `$`. */
export function checkProcedure(procedure: Node, scope: Scope, compiler: Compiler): void {
  if (procedure.type === 'path') checkForgotten(procedure, scope, compiler)
  if (procedure.type !== 'variable' || procedure.value === '' || procedure.value === '$') return
  const { value: name } = procedure
  if (resolve(scope, name).length > 0) return
  if (!compiler.externals.has(name)) {
    if (!knownFunctions.has(name)) checkUnbound(procedure, scope, compiler, true)
    return
  }
  // `$error` is the one that was caught: JSONata's function of this name was meant
  if (checkRefused(procedure, compiler)) return
  compiler.notes.report('unknown-function', 'error', procedure, `$${name} is a value, and a value cannot be called`)
}

/** Whether it is a function that JSONata has and the language does not. */
function checkRefused(node: Variable, { notes }: Compiler): boolean {
  const instead = refusedFunctions.get(node.value)
  if (instead !== undefined) notes.refuse('refused-function', node, `$${node.value} cannot be used here`, instead)
  return instead !== undefined
}

/** The name of a function or variable lost its `$`. */
function checkForgotten({ steps }: Path, scope: Scope, { notes, externals }: Compiler): void {
  const step = steps.length === 1 ? steps[0] : undefined
  if (step?.type !== 'name') return
  const known = knownFunctions.has(step.value) || externals.has(step.value) || visible(scope).includes(step.value)
  const near = known ? step.value : nearest(step.value, knownFunctions.keys())
  notes.report(
    'unknown-function',
    'error',
    step,
    `${step.value} is a field, and a field cannot be called`,
    `write $${near ?? step.value}(…)`,
  )
}

/** The number of arguments, and pictures that are written out. `given` stand before those in the text. */
export function checkCall(node: Call, known: Known, given: number, { notes }: Compiler): void {
  const count = node.arguments.length + given
  const { least, most } = known.takes
  if (count > most || count < least) {
    const range = least === most ? `${most}` : `${least} to ${most}`
    notes.report(
      'expression-arguments',
      'error',
      node.procedure,
      `$${known.name} takes ${range} ${most === 1 ? 'argument' : 'arguments'}, not ${count}`,
    )
    return
  }
  const sample = samples.get(known.name)
  const picture = sample === undefined ? undefined : node.arguments[sample.at - given]
  if (sample === undefined || picture?.type !== 'string' || typeof picture.value !== 'string') return
  // other separators make another picture of it
  if (known.name === 'formatNumber' && count > 2) return
  const args = [...sample.before, picture.value]
  try {
    const call = known.call as (run: Run, ...args: readonly unknown[]) => unknown // the sample has the types of its signature
    call(new Run(undefined, { get: () => undefined }, defaultBudget, { now: () => 0, uuid: () => '' }), ...args)
  } catch (error) {
    const fault = asFault(error)
    fault.token ??= `$${known.name}`
    notes.report('wrong-picture', 'error', picture, fault.sentence)
    return
  }
  const empty = timed.has(known.name) ? emptyPicture(picture.value) : undefined
  if (empty !== undefined)
    notes.report('wrong-picture', 'warning', picture, `the picture given to $${known.name} ${empty}`, 'write it as [Y0001]-[M01]-[D01]')
}

/** Two keys of one object that are written alike always fail. */
export function checkKeys(group: Group, { notes }: Compiler): void {
  const seen = new Set<unknown>()
  for (const [key] of group.lhs) {
    if (key.type !== 'string') continue
    if (seen.has(key.value)) notes.report('duplicate-key', 'error', key, `the key "${key.value}" is written twice`)
    seen.add(key.value)
  }
}

export function checkCondition(node: Condition, { notes }: Compiler): void {
  if (isConstant(node.condition)) notes.report('constant-condition', 'warning', node.condition, 'the condition is always the same')
}

export function checkBind(node: Bind, { notes }: Compiler): void {
  if (node.lhs.value === 'clone')
    notes.report('clone-rebound', 'warning', node.lhs, '$clone is what transforms copy with', 'use another name')
}

/** `$headers.x-id` subtracts `id` from `x`. */
export function checkHyphen(node: Binary, { notes, source }: Compiler): void {
  if (node.value !== '-' || node.lhs.type !== 'path' || node.rhs.type !== 'path') return
  const [root, last] = [node.lhs.steps[0], node.lhs.steps.at(-1)]
  const next = node.rhs.steps[0]
  const at = (node.position ?? 0) - 1
  const tight = !/\s/.test(source.charAt(at - 1)) && !/\s/.test(source.charAt(at + 1))
  if (!tight || root?.type !== 'variable' || !dashed.has(root.value) || last?.type !== 'name' || next?.type !== 'name') return
  const name = `${last.value}-${next.value}`
  notes.report('hyphen-name', 'error', last, `this subtracts ${next.value} from ${last.value}`, `write $${root.value}.\`${name}\``)
}

/** Where names with hyphens live. */
const dashed = new Set(['headers', 'query', 'params', 'last', 'meta'])

/** Where the picture stands, and what may stand before it. */
const samples: ReadonlyMap<string, { readonly at: number; readonly before: readonly unknown[] }> = new Map([
  ['formatNumber', { at: 1, before: [1] }],
  ['formatInteger', { at: 1, before: [1] }],
  ['fromMillis', { at: 1, before: [0] }],
  ['dateFormat', { at: 1, before: [0] }],
  ['toMillis', { at: 1, before: [''] }],
  ['parseInteger', { at: 1, before: [''] }],
  ['now', { at: 0, before: [] }],
])

const timed = new Set(['fromMillis', 'dateFormat', 'toMillis', 'now'])

function visible(scope: Scope): readonly string[] {
  const names: string[] = []
  for (let at: Scope | undefined = scope; at !== undefined; at = at.outer) names.push(...at.names.slots.keys())
  return names.filter(name => /^\w/.test(name))
}
