import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import jsonata from 'jsonata'
import { SluiceError } from '../../engine/core/errors.ts'
import { children, type Node } from '../../engine/expression/ast.ts'
import { compile } from '../../engine/expression/expression.ts'
import { parse } from '../../engine/expression/parse.ts'
import { expressions, inputs } from './grammar.ts'

// ORACLE_PAIRS=1000000 ORACLE_SEED=7 node --test test/expression/oracle.test.ts
const pairs = Number(process.env['ORACLE_PAIRS'] ?? 10_000)
const seed = Number(process.env['ORACLE_SEED'] ?? 20_240_607)

test(`any expression gives what the package gives, or fails where it fails (${pairs} pairs, seed ${seed})`, async () => {
  const excused = new Map<string, number>()
  let values = 0
  const property = fc.asyncProperty(expressions(3), inputs, async (source, input) => {
    const theirs = await packageAnswer(source, input)
    const ours = answer(source, input)
    if (theirs.text === ours) {
      if (!ours.startsWith('error')) values += 1
      return
    }
    const reason = excuse({ source, input }, theirs, ours)
    if (reason === undefined) assert.equal(ours, theirs.text, source)
    else excused.set(reason, (excused.get(reason) ?? 0) + 1)
  })
  await fc.assert(property, { numRuns: pairs, seed, endOnFailure: process.env['ORACLE_SHRINK'] === undefined })
  for (const [reason, count] of excused) console.log(`excused ${count}: ${reason}`)
  assert.ok(values > pairs / 2, `only ${values} pairs gave a value`)
})

interface Answer {
  readonly text: string
  /** It has written into the input that it was given. */
  readonly changed: boolean
}

async function packageAnswer(source: string, input: unknown): Promise<Answer> {
  const own: unknown = structuredClone(input)
  const given = show(own)
  try {
    const result: unknown = await jsonata(source).evaluate(own)
    return { text: show(result), changed: show(own) !== given }
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
    return { text: typeof code === 'string' ? `error ${code}` : `crash ${String(error)}`, changed: show(own) !== given }
  }
}

function answer(source: string, input: unknown): string {
  const { expression, findings } = compile(source)
  if (expression === undefined) return `refused ${findings.map(finding => finding.message).join()}`
  try {
    return show(expression.evaluate(freeze(input), { get: () => undefined }))
  } catch (error) {
    const cause = error instanceof SluiceError ? error.cause : error
    const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined
    return `error ${String(code)}`
  }
}

const show = (value: unknown): string => JSON.stringify(value) ?? 'nothing'

interface Pair {
  readonly source: string
  readonly input: unknown
}

/** Where we differ on purpose, with the reason; everything else is a fault of ours. */
function excuse({ source, input }: Pair, theirs: Answer, ours: string): string | undefined {
  if (theirs.text.startsWith('crash')) return 'the package fails with a JavaScript error'
  if (theirs.text.startsWith('error') && ours.startsWith('refused')) return 'what cannot be read is refused'
  if (theirs.text.startsWith('error') && ours.startsWith('error')) return 'both fail, with different codes: values are evaluated in order'
  if (theirs.changed || withoutNull(theirs.text) === withoutNull(ours)) return 'the package writes null into an empty list that it groups'
  if (ours === 'error U1007') return 'a transform changes only what it copied'
  if (ours === 'error D1001') return 'infinity is no JSON'
  const parsed = parse(source)
  if ('finding' in parsed) return undefined
  // unseen, since it is the copy that a transform changes
  if (show(input).includes('[]') && some(parsed.tree, node => node.type === 'transform'))
    return 'the package writes null into an empty list that it groups'
  if (some(parsed.tree, startsOddly))
    return 'the package asks the keys of its own wrapper, or goes over what is no list, after [ ] at the start of a path'
  if (some(parsed.tree, handsFunctionOn) && some(parsed.tree, asksNothing))
    return 'the package gives a function a context where a built-in one calls it in tail position'
  if (some(parsed.tree, hidesTailCall)) return 'the package applies what stands behind a tail call before the call'
  return undefined
}

const withoutNull = (text: string): string => text.replaceAll('null,', '').replaceAll(',null', '').replaceAll('[null]', '[]')

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
