import type { Lambda, Node } from '../ast.ts'
import type { ExpressionFinding, ExpressionRule } from '../finding.ts'
import { each, someOf, type Type, union, unknown } from './type.ts'

/** What an expression is typed with. */
export interface Surroundings {
  readonly body: Type
  /** By name, without the `$`; a name that is not among them is unknown. */
  readonly variables: ReadonlyMap<string, Type>
  /** What stood in the place of the body before: a field that only this one has was not meant to be read from the body. */
  readonly before?: Before | undefined
}
export interface Before {
  readonly type: Type
  /** Where it is to be had now: `$input`. */
  readonly name: string
  /** Why it is gone, of the body: `transform at 12:7 replaced it`. */
  readonly because: string
}

/** What holds at one place of an expression. */
export interface Environment extends Surroundings {
  /** What `$` is. The very same as `body` where it is the body. */
  readonly context: Type
  /** What `$` is called in a sentence. */
  readonly label: string
  /** It is asked here whether the value is there: behind `$exists` and before `??`. */
  readonly guarded: boolean
  readonly notes: TypingNotes
}

/** Collects findings, each once: the parser copies parts of the text. */
export interface TypingNotes {
  readonly source: string
  readonly findings: readonly ExpressionFinding[]
  say(finding: Said): void
}
export interface Said {
  readonly rule: ExpressionRule
  readonly severity: ExpressionFinding['severity']
  readonly offset: number
  readonly length: number
  readonly message: string
  readonly hint?: string | undefined
}

/** The type of a node. */
export type Infer = (node: Node, environment: Environment) => Type

export function createTypingNotes(source: string): TypingNotes {
  const findings: ExpressionFinding[] = []
  return {
    source,
    findings,
    say(finding) {
      if (findings.some(({ rule, offset }) => rule === finding.rule && offset === finding.offset)) return
      findings.push(finding)
    },
  }
}

/** The same place, with another `$`. */
export const within = (environment: Environment, context: Type, label: string): Environment => ({
  ...environment,
  context,
  label,
  guarded: false,
})

/** Where `$` may be a list, objects and first steps of paths are asked of the list or of each of its members: it depends on what stands around. */
export function overMembers(environment: Environment): Environment {
  const { context, body } = environment
  const { one, many } = each(context)
  if (!many || context.forms === undefined) return environment
  const members = union(context, someOf(one))
  return { ...environment, context: members, body: context === body ? members : body }
}

export const unguarded = (environment: Environment): Environment => (environment.guarded ? { ...environment, guarded: false } : environment)

/** A function's own place: its parameters are bound, and unknown where nothing is said of them. */
export function withParameters(node: Lambda, types: readonly Type[], environment: Environment): Environment {
  const named = node.arguments.map(({ value }, index) => [value, types[index] ?? unknown] as const)
  return { ...environment, variables: new Map([...environment.variables, ...named]) }
}
