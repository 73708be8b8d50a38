import { randomUUID } from 'node:crypto'
import type { SluiceError } from '../core/errors.ts'
import type { Expression, Variables } from '../core/expression.ts'
import { bodyReads } from './analyse.ts'
import type { Node } from './ast.ts'
import { type Ambient, type Budget, defaultBudget, Run } from './budget.ts'
import { createCompiler } from './build/node.ts'
import { type Direct, directly, elsewhere } from './direct.ts'
import { explain } from './errors.ts'
import type { ExpressionFinding } from './finding.ts'
import { createNotes, type Notes } from './notes.ts'
import { output } from './output.ts'
import { parse } from './parse.ts'
import { boundIn, type Evaluate, type Frame, namesOf, UNSET } from './scope.ts'
import { wrapBody } from './values.ts'

export type { ExpressionFinding }

export interface CompileOptions {
  /** The names it may read beside the body, without their `$`. */
  readonly variables?: ReadonlySet<string> | readonly string[]
  /** What one evaluation may cost; `defaultBudget` where it is silent. */
  readonly budget?: Partial<Budget>
  /** What `$now`, `$millis` and `$uuid` read: the system's clock and random source unless a test says otherwise. */
  readonly ambient?: Partial<Ambient>
}

export interface Compiled {
  /** Absent only where it cannot run. */
  readonly expression?: Expression
  /** What it was read as; absent where it cannot be read. */
  readonly tree?: Node
  readonly findings: readonly ExpressionFinding[]
}

/** Compiles a JSONata expression. Never throws; an unknown name is a finding beside an expression that would read nothing. */
export function compile(source: string, options: CompileOptions = {}): Compiled {
  const parsed = parse(source)
  if ('finding' in parsed) return { findings: [parsed.finding] }
  const notes = createNotes(source)
  const program = build(parsed.tree, source, notes, options)
  if (program === undefined || notes.refused) return { tree: parsed.tree, findings: inOrder(notes) }
  const reads = { variables: notes.variables, body: bodyReads(parsed.tree) }
  const evaluate = evaluator(program, directly(parsed.tree, new Set(options.variables)), source, options)
  const kind = kindOf(notes, reads)
  return {
    expression: { source, reads, kind, evaluate: kind === 'constant' ? constant(evaluate, notes, source) : evaluate },
    tree: parsed.tree,
    findings: inOrder(notes),
  }
}

type Evaluation = Expression['evaluate']

interface Program {
  readonly evaluate: Evaluate
  /** Names bound in the outermost frame. */
  readonly size: number
}

function build(tree: Node, source: string, notes: Notes, options: CompileOptions): Program | undefined {
  const names = namesOf([], boundIn(tree))
  try {
    const compiler = createCompiler(source, new Set(options.variables), notes)
    return { evaluate: compiler.build(tree, { outer: undefined, names }), size: names.slots.size }
  } catch (error) {
    // deep nesting, or a signature that cannot be read
    notes.refuse('expression-syntax', tree, `the expression cannot be compiled: ${explain(error, source).message}`)
    return undefined
  }
}

function evaluator(program: Program, direct: Direct, source: string, options: CompileOptions): Evaluation {
  const budget = { ...defaultBudget, ...options.budget }
  const ambient = { ...systemAmbient, ...options.ambient }
  return (body: unknown, variables: Variables): unknown => {
    try {
      const found = direct(body, variables)
      if (found !== elsewhere) return found
      const run = new Run(body, variables, budget, ambient)
      const frame: Frame = [null, run]
      for (let count = program.size; count > 0; count -= 1) frame.push(UNSET)
      return output(run, program.evaluate(wrapBody(body), frame))
    } catch (error) {
      throw explain(error, source)
    }
  }
}

const systemAmbient: Ambient = { now: () => Date.now(), uuid: () => randomUUID() }

function kindOf(notes: Notes, reads: Expression['reads']): Expression['kind'] {
  if (notes.clock) return 'clock'
  return reads.body === 'nothing' && reads.variables.size === 0 ? 'constant' : 'pure'
}

/** Evaluated once, here; what fails here fails always. */
function constant(evaluate: Evaluation, notes: Notes, source: string): Evaluation {
  try {
    const value = freeze(evaluate(undefined, { get: () => undefined }))
    return () => value
  } catch (error) {
    const failure = error as SluiceError // nothing else leaves an evaluation
    if (notes.findings.every(finding => finding.severity !== 'error'))
      notes.reportWhole('always-fails', `the expression always fails: ${failure.message}`)
    return () => {
      throw explain(failure.cause, source)
    }
  }
}

function freeze(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  for (const member of Object.values(value)) freeze(member)
  return Object.freeze(value)
}

const inOrder = (notes: Notes): readonly ExpressionFinding[] => notes.findings.toSorted((first, second) => first.offset - second.offset)
