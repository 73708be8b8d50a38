import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import jsonata from 'jsonata'
import { SluiceError } from '../../engine/core/errors.ts'
import { children, type Node } from '../../engine/expression/ast.ts'
import { compile } from '../../engine/expression/expression.ts'
import { parse } from '../../engine/expression/parse.ts'
import { expressions, inputs } from './grammar.ts'

export interface Agreement {
  /** How many pairs gave a value. */
  readonly values: number
  /** How many differ on purpose, by the reason. */
  readonly excused: ReadonlyMap<string, number>
}

/** Inputs that each expression is evaluated on: reading it costs more than evaluating it. */
const inputsEach = 4

/** Compares so many pairs of an expression and an input with the package. Rejects at the first that differs without a reason. */
export async function agreement(pairs: number, seed: number): Promise<Agreement> {
  const mended = await mendedPackages()
  const excused = new Map<string, number>()
  let values = 0
  const several = fc.array(inputs, { minLength: inputsEach, maxLength: inputsEach })
  const property = fc.asyncProperty(expressions(3), several, async (source, bodies) => {
    const theirs = byPackage(source, jsonata)
    const ours = byUs(source)
    for (const input of bodies) {
      const [expected, given] = [await theirs(input), ours(input)]
      if (given === expected) values += given.startsWith('error') ? 0 : 1
      else {
        const reason = await excuse({ source, input }, expected, given, mended)
        if (reason === undefined) assert.equal(given, expected, `${source} of ${show(input)}`)
        else excused.set(reason, (excused.get(reason) ?? 0) + 1)
      }
    }
  })
  await fc.assert(property, { numRuns: pairs / inputsEach, seed, endOnFailure: process.env['ORACLE_SHRINK'] === undefined })
  return { values, excused }
}

function byPackage(source: string, evaluator: typeof jsonata): (input: unknown) => Promise<string> {
  const expression = attempt(() => evaluator(source))
  return async input => {
    if (typeof expression === 'string') return expression
    try {
      const result: unknown = await expression.evaluate(structuredClone(input))
      return show(result)
    } catch (error) {
      return failure(error)
    }
  }
}

function attempt<Result>(make: () => Result): Result | string {
  try {
    return make()
  } catch (error) {
    return failure(error)
  }
}

function failure(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? `error ${code}` : `crash ${String(error)}`
}

/** The package with one of its faults mended, so that a difference which that fault makes is known by what is left of it. */
interface Mended {
  readonly reason: string
  readonly evaluator: typeof jsonata
}

const nullMend: readonly [RegExp, string] = [/input\.push\(undefined\);/g, 'input = focus.createSequence(undefined);']
const flagMend: readonly [RegExp, string] = [
  /(\w+)\.(sequence|keepSingleton|tupleStream|outerWrapper) = true;/g,
  "Object.defineProperty($1, '$2', { value: true, writable: true, configurable: true });",
]

async function mendedPackages(): Promise<readonly Mended[]> {
  return [
    { reason: 'the package writes null into an empty list that it groups', evaluator: await mend(nullMend) },
    { reason: 'the package has flags on its lists that * and $keys take for keys', evaluator: await mend(flagMend) },
    { reason: 'the package does both', evaluator: await mend(nullMend, flagMend) },
  ]
}

async function mend(...mends: readonly (readonly [RegExp, string])[]): Promise<typeof jsonata> {
  let source = readFileSync(new URL(import.meta.resolve('jsonata')), 'utf8')
  for (const [fault, instead] of mends) {
    const before = source
    source = source.replace(fault, instead)
    assert.notEqual(source, before)
  }
  const text = `const module = { exports: {} }; const exports = module.exports;\n${source}\nexport default module.exports`
  const loaded: { readonly default: typeof jsonata } = await import(`data:text/javascript,${encodeURIComponent(text)}`)
  return loaded.default
}

function byUs(source: string): (input: unknown) => string {
  const { expression, findings } = compile(source)
  return input => {
    if (expression === undefined) return `refused ${findings.map(finding => finding.message).join()}`
    try {
      return show(expression.evaluate(freeze(input), { get: () => undefined }))
    } catch (error) {
      return failure(error instanceof SluiceError ? error.cause : error)
    }
  }
}

const show = (value: unknown): string => JSON.stringify(value) ?? 'nothing'

interface Pair {
  readonly source: string
  readonly input: unknown
}

/** Where we differ on purpose, with the reason; everything else is a fault of ours. */
async function excuse({ source, input }: Pair, theirs: string, ours: string, mended: readonly Mended[]): Promise<string | undefined> {
  if (theirs.startsWith('crash')) return 'the package fails with a JavaScript error'
  if (theirs.startsWith('error') && ours.startsWith('refused')) return 'what cannot be read is refused'
  if (theirs.startsWith('error') && ours.startsWith('error')) return 'both fail, with different codes: values are evaluated in order'
  if (ours === 'error U1007') return 'a transform changes only what it copied'
  if (ours === 'error D1001') return 'infinity is no JSON'
  const parsed = parse(source)
  if ('finding' in parsed) return undefined
  for (const { reason, evaluator } of mended) if ((await byPackage(source, evaluator)(input)) === ours) return reason
  if (some(parsed.tree, startsOddly))
    return 'the package asks the keys of its own wrapper, or goes over what is no list, after [ ] at the start of a path'
  if (some(parsed.tree, handsFunctionOn) && some(parsed.tree, asksNothing))
    return 'the package gives a function a context where a built-in one calls it in tail position'
  if (some(parsed.tree, hidesTailCall)) return 'the package applies what stands behind a tail call before the call'
  return undefined
}

const some = (node: Node, test: (node: Node) => boolean): boolean => test(node) || children(node).some(child => some(child, test))

function startsOddly(node: Node): boolean {
  const first = node.type === 'path' ? node.steps[0] : undefined
  if (first?.consarray !== true) return false
  const asksContext = (inner: Node): boolean =>
    ['wildcard', 'descendant', 'function', 'partial', 'apply'].includes(inner.type) || (inner.type === 'variable' && inner.value === '')
  return first.type === 'block' || first.predicate !== undefined || some(first, asksContext)
}

function hidesTailCall(node: Node): boolean {
  const isThunk = (inner: Node): boolean => inner.type === 'lambda' && inner.thunk === true
  if (node.type === 'lambda' && isThunk(node)) return hasMore(node.body)
  return hasMore(node) && some(node, isThunk)
}

const handsFunctionOn = (node: Node): boolean =>
  node.type === 'lambda' && node.thunk === true && children(node.body).some(argument => argument.type === 'lambda')

const asksNothing = (node: Node): boolean => node.type === 'function' && node.arguments.length === 0

const hasMore = (node: Node): boolean => node.predicate !== undefined || node.group !== undefined || node.keepArray === true

function freeze(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  for (const member of Object.values(value)) freeze(member)
  return Object.freeze(value)
}
