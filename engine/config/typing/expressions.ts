import type { Template } from '../../core/expression.ts'
import type { Finding } from '../../core/finding.ts'
import { Secret } from '../../core/secret.ts'
import type { Node } from '../../expression/ast.ts'
import { infer } from '../../expression/typing/infer.ts'
import { listOf, literal, objectOf, present, type Type, text, unionOf, unknown, widen } from '../../expression/typing/type.ts'
import { expressionAt } from '../expression-at.ts'
import { warningAt } from '../finding-at.ts'
import type { Framed, FramedScalar, TemplatePart } from '../framed.ts'
import type { State } from './state.ts'

/** What the expressions of the configuration were compiled to. */
export interface CompiledTrees {
  readonly template: (scalar: FramedScalar) => Template | undefined
  readonly tree: (source: string) => Node | undefined
}

/** Types expressions where they stand, and keeps what is to be said of them. */
export class TypedExpressions {
  readonly findings: Finding[] = []
  readonly #compiled: CompiledTrees
  #silent = 0

  constructor(compiled: CompiledTrees) {
    this.#compiled = compiled
  }

  /** A walk whose findings are not meant: of what a loop does before its types are known. */
  silently<Result>(work: () => Result): Result {
    this.#silent += 1
    const result = work()
    this.#silent -= 1
    return result
  }
  get silent(): boolean {
    return this.#silent > 0
  }

  /** What a tree of the configuration gives; steps and components in it are left alone. */
  tree(framed: Framed | undefined, state: State): Type {
    if (framed === undefined || framed.kind === 'component' || framed.kind === 'unknown') return unknown
    if (framed.kind === 'scalar') return this.#scalar(framed, state)
    if (framed.kind === 'list') {
      const items = framed.items.map(item => this.tree(item, state))
      return listOf(items.length === 0 ? { forms: [], missing: false } : unionOf(items.map(present)))
    }
    return objectOf([...framed.entries].map(([name, value]) => [name, this.tree(value, state)]))
  }

  /** The expression that a condition is, where it is one whole. */
  condition(framed: Framed | undefined, state: State): Node | undefined {
    if (framed === undefined) return undefined
    const type = this.tree(framed, state)
    const whole = framed.kind === 'scalar' && framed.template?.length === 1 ? framed.template[0] : undefined
    if (framed.kind !== 'scalar' || whole === undefined || typeof whole === 'string') return undefined
    this.#checkCondition(framed, whole, type)
    return this.#compiled.tree(whole.source)
  }

  #scalar(framed: FramedScalar, state: State): Type {
    const { template, value } = framed
    if (template === undefined) return value instanceof Secret ? unknown : framed.substituted ? unknown : widen(literal(value))
    if (this.#compiled.template(framed) === undefined) return unknown
    const pieces = template.filter(part => typeof part !== 'string')
    const types = pieces.map(piece => this.#piece(framed, piece, state))
    if (framed.splice === 'path') for (const [at, piece] of pieces.entries()) if (types[at]?.missing === true) this.#sayPath(framed, piece)
    return template.length === 1 && framed.splice !== 'path' ? (types[0] ?? text) : text
  }

  #piece(framed: FramedScalar, piece: Exclude<TemplatePart, string>, state: State): Type {
    const tree = this.#compiled.tree(piece.source)
    if (tree === undefined) return unknown
    const { type, findings } = infer(tree, piece.source, state)
    for (const { rule, severity, message, hint, offset } of findings)
      this.#say({ severity, rule, message, ...expressionAt(framed, piece, offset), ...(hint === undefined ? {} : { hint }) })
    return type
  }

  #checkCondition(framed: FramedScalar, piece: Exclude<TemplatePart, string>, type: Type): void {
    const at = expressionAt(framed, piece, piece.source.search(/\S|$/))
    const never = type.forms !== undefined && type.forms.length > 0 && type.forms.every(form => form.kind !== 'boolean')
    if (never)
      this.#say({
        severity: 'error',
        rule: 'never-condition',
        message: 'this condition is neither true nor false',
        ...at,
        hint: 'write a comparison',
      })
    else if (type.missing)
      this.#say(
        warningAt(at, 'missing-condition', 'this condition may be nothing, which is an error', { hint: `write \${{ … ?? false }}` }),
      )
  }

  #sayPath(framed: FramedScalar, piece: Exclude<TemplatePart, string>): void {
    const at = expressionAt(framed, piece, piece.source.search(/\S|$/))
    const hint = 'ask for it before, by a `when` or in `input`'
    this.#say(warningAt(at, 'missing-text', `${piece.source.trim()} may be missing, and nothing in a path is an error`, { hint }))
  }

  #say(finding: Finding): void {
    if (this.#silent === 0) this.findings.push(finding)
  }
}
