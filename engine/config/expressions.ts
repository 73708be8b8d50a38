import { type Expression, Template } from '../core/expression.ts'
import type { Finding, Staged, Where } from '../core/finding.ts'
import type { Node } from '../expression/ast.ts'
import { type Compiled, type CompileOptions, compile, type ExpressionFinding } from '../expression/expression.ts'
import type { Named } from './declarations.ts'
import { expressionAt } from './expression-at.ts'
import { entryOf, type Framed, type FramedComponent, type FramedScalar, textOf, whereKey, whereOf } from './framed.ts'
import { nearest } from './near.ts'
import { locate } from './position.ts'
import { scalarOffset } from './scalar-offset.ts'
import { part } from './schema-of.ts'
import { bind, outermost, type Scope } from './scope.ts'

/** The compiled templates of all pipelines, by the scalar that each was written as. */
export type Templates = ReadonlyMap<FramedScalar, Template>

/** What every expression was read as, by its source. */
export type Trees = ReadonlyMap<string, Node>

type Ambient = NonNullable<CompileOptions['ambient']>

/** Names that a verb binds for its block, besides those that are bound before it. */
const boundInside: Readonly<Record<string, readonly string[]>> = { each: ['item', 'index'] }

/** Compiles every expression of the pipelines, each with the names that are bound where it stands. */
export function compileExpressions(pipelines: Named, ambient: Ambient = {}): Staged<Templates> & { readonly trees: Trees } {
  const walk = new Walk(ambient)
  for (const pipeline of pipelines.values()) walk.pipeline(pipeline)
  return { value: walk.templates, findings: walk.findings, trees: walk.trees }
}

class Walk {
  readonly templates = new Map<FramedScalar, Template>()
  readonly findings: Finding[] = []
  readonly trees = new Map<string, Node>()
  readonly #compiled = new Map<string, Compiled>()
  readonly #ambient: Ambient

  constructor(ambient: Ambient) {
    this.#ambient = ambient
  }

  pipeline(pipeline: Framed): void {
    const bound = this.#steps(entryOf(pipeline, 'steps'), outermost())
    this.#tree(entryOf(pipeline, 'reply'), bound)
    this.#tree(entryOf(pipeline, 'catch'), outermost())
    this.#tree(entryOf(pipeline, 'finally'), outermost())
  }

  /** The names after the steps. */
  #steps(list: Framed | undefined, scope: Scope): Scope {
    if (list?.kind !== 'list') return scope
    return list.items.reduce((bound, item) => {
      if (item.kind === 'component') return this.#step(item, bound)
      return item.kind === 'unknown' ? item.binds.reduce((all, name) => bind(all, name, undefined), bound) : bound
    }, scope)
  }

  /** The names after the step: those of its own block end with it. */
  #step(step: FramedComponent, scope: Scope): Scope {
    const { config, modifiers, type } = step
    this.#tree(entryOf(modifiers, 'when'), scope)
    const inside = (boundInside[type] ?? []).reduce((bound, name) => bind(bound, name, undefined), scope)
    const after = this.#tree(config, scope, inside)
    for (const name of ['catch', 'finally']) this.#tree(entryOf(modifiers, name), scope)
    const as = entryOf(modifiers, 'as')
    const name = textOf(as)
    return as === undefined || name === undefined ? after : bind(after, name, whereOf(as))
  }

  /** Compiles what is in a tree. Blocks of steps in it see `inside`; only what a map binds entry by entry (`set`) is bound after it. */
  #tree(framed: Framed | undefined, scope: Scope, inside: Scope = scope): Scope {
    if (framed === undefined || framed.kind === 'component' || framed.kind === 'unknown') return scope
    if (framed.kind === 'scalar') {
      if (framed.template !== undefined && !framed.faulty) this.#template(framed, framed.template, scope)
      return scope
    }
    if (framed.kind === 'list') {
      if (part(framed.schema, 'items')?.['x-component'] === 'step') this.#steps(framed, inside)
      else for (const item of framed.items) this.#tree(item, scope, inside)
      return scope
    }
    const binds = framed.schema['x-name'] === 'binding'
    let bound = scope
    for (const [name, value] of framed.entries) {
      const after = this.#tree(value, bound, binds ? bound : inside)
      bound = binds ? bind(after, name, whereKey(value)) : after
    }
    return bound
  }

  /** Expressions are pure: one that is written twice with the same names bound is compiled once. */
  #compile(source: string, scope: Scope): Compiled {
    const key = `${[...scope.set].join()} ${source}`
    const known = this.#compiled.get(key) ?? compile(source, { variables: scope.set, ambient: this.#ambient })
    this.#compiled.set(key, known)
    if (known.tree !== undefined) this.trees.set(source, known.tree)
    return known
  }

  #template(scalar: FramedScalar, parts: NonNullable<FramedScalar['template']>, scope: Scope): void {
    const { place, node, splice } = scalar
    const compiled: (string | Expression)[] = []
    let first: number | undefined
    let sound = true
    for (const piece of parts) {
      if (typeof piece === 'string') {
        compiled.push(piece)
        continue
      }
      const { expression, findings } = this.#compile(piece.source, scope)
      const where = (offset: number): Where => expressionAt(scalar, piece, offset)
      for (const finding of findings) this.findings.push(findingOf(finding, piece.source, where(finding.offset), scope))
      if (expression === undefined || findings.some(({ severity }) => severity === 'error')) sound = false
      if (expression === undefined) continue
      first ??= piece.offset
      compiled.push(expression)
    }
    if (!sound) return
    const at = scalarOffset(place.file.text, node, first ?? 0)
    this.templates.set(scalar, new Template(compiled, splice, locate(place.file, at, place.pointer)))
  }
}

/** What the expression room tells apart and the language calls by one name. */
const namesHere: Readonly<Record<string, string>> = { 'missing-dollar': 'unknown-function', 'argument-count': 'expression-arguments' }

/** What the expression room says, at its line of YAML; for an unknown name also where the one that was meant is bound. */
function findingOf(
  { rule, severity, message, hint, offset, length }: ExpressionFinding,
  source: string,
  where: Where,
  scope: Scope,
): Finding {
  const said: Finding = { severity, rule: namesHere[rule] ?? rule, message, ...where, ...(hint === undefined ? {} : { hint }) }
  if (rule !== 'unknown-variable') return said
  const name = /^\$?([A-Za-z_]\w*)/.exec(source.slice(offset, length === undefined ? undefined : offset + length))?.[1]
  const near = name === undefined ? undefined : nearest(name, scope.set)
  if (near === undefined) return said
  const bound = scope.names.get(near)
  if (bound === undefined) return { ...said, hint: `did you mean $${near}?` }
  const related = [{ where: bound, text: `$${near} is bound here` }]
  return { ...said, hint: `did you mean $${near}, bound at ${bound.line}:${bound.column}?`, related }
}
