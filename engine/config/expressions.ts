import { type Expression, Template } from '../core/expression.ts'
import type { Finding, Staged, Where } from '../core/finding.ts'
import { mapInSlices, type Slices } from '../core/slices.ts'
import type { Node } from '../expression/ast.ts'
import { type Compiled, type CompileOptions, compile, type ExpressionFinding } from '../expression/expression.ts'
import type { Named } from './declarations.ts'
import { expressionAt } from './expression-at.ts'
import { entryOf, type Framed, type FramedComponent, type FramedScalar, textOf, whereKey, whereOf } from './framed.ts'
import type { Memory } from './memory.ts'
import { nearest } from './near.ts'
import { ordersOf } from './orders.ts'
import { locate } from './position.ts'
import { scalarOffset } from './scalar-offset.ts'
import { part } from './schema-of.ts'
import { bind, outermost, type Scope } from './scope.ts'

/** The compiled templates of all pipelines, by the scalar that each was written as. */
export type Templates = ReadonlyMap<FramedScalar, Template>

/** What the expressions of each pipeline were read as, by their source. */
export type Trees = ReadonlyMap<Framed, ReadonlyMap<string, Node>>

type Ambient = NonNullable<CompileOptions['ambient']>

/** Names that a verb binds for its block, besides those that are bound before it. */
const boundInside: Readonly<Record<string, readonly string[]>> = { each: ['item', 'index'], aggregate: ['key'] }

/** Verbs whose block is run later, with another message: what was bound before them is gone. */
const runLater: ReadonlySet<string> = new Set(['aggregate'])

/** Compiles every expression of the pipelines, each with the names that are bound where it stands. */
export function* compileExpressions(
  pipelines: Named,
  ambient: Ambient,
  memory: Memory,
): Slices<Staged<Templates> & { readonly trees: Trees }> {
  const compiler = memory.settle('compiler', new Compiler(ambient), (before, now) => before.ambient === now.ambient)
  const compiled = yield* mapInSlices(pipelines.values(), pipeline => memory.within(compilePipeline, pipeline, { compiler }))
  compiler.keep(compiled.map(({ used }) => used))
  return {
    value: new Map(compiled.flatMap(({ templates }) => [...templates])),
    findings: compiled.flatMap(({ findings }) => findings),
    trees: new Map(compiled.map(({ pipeline, trees }) => [pipeline, trees])),
  }
}

function compilePipeline(pipeline: Framed, { compiler }: { readonly compiler: Compiler }): CompiledPipeline {
  const walk = new Walk(compiler)
  walk.pipeline(pipeline)
  const { templates, findings, used } = walk
  const trees = new Map([...used.values()].flatMap(({ source, tree }) => (tree === undefined ? [] : [[source, tree] as const])))
  return { pipeline, templates, findings, used, trees }
}

interface CompiledPipeline {
  readonly pipeline: Framed
  readonly templates: Templates
  readonly findings: readonly Finding[]
  readonly used: ReadonlyMap<string, Read>
  readonly trees: ReadonlyMap<string, Node>
}

type Read = Compiled & { readonly source: string }

/** Expressions are pure: one that is written twice with the same names bound is compiled once, and not again while it is used. */
class Compiler {
  readonly ambient: Ambient
  #known = new Map<string, Read>()

  constructor(ambient: Ambient) {
    this.ambient = ambient
  }

  compile(source: string, scope: Scope, used: Map<string, Read>): Read {
    const key = `${[...scope.set].join()} ${source}`
    const read = this.#known.get(key) ?? { ...compile(source, { variables: scope.set, ambient: this.ambient }), source }
    this.#known.set(key, read)
    used.set(key, read)
    return read
  }

  /** Forgets what none of these uses. */
  keep(used: readonly ReadonlyMap<string, Read>[]): void {
    this.#known = new Map(used.flatMap(one => [...one]))
  }
}

class Walk {
  readonly templates = new Map<FramedScalar, Template>()
  readonly findings: Finding[] = []
  readonly used = new Map<string, Read>()
  readonly #compiler: Compiler

  constructor(compiler: Compiler) {
    this.#compiler = compiler
  }

  pipeline(pipeline: Framed): void {
    for (const order of ordersOf(pipeline)) this.#tree(order, outermost())
    for (const name of ['idempotency', 'cache']) this.#tree(entryOf(pipeline, name), outermost())
    const bound = this.#steps(entryOf(pipeline, 'steps'), outermost())
    this.#tree(entryOf(pipeline, 'reply'), bound)
    this.#tree(entryOf(pipeline, 'catch'), outermost())
    for (const name of ['finally', 'deadLetter']) this.#tree(entryOf(pipeline, name), outermost())
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
    const around = runLater.has(type) ? outermost() : scope
    const inside = (boundInside[type] ?? []).reduce((bound, name) => bind(bound, name, undefined), around)
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
      const { expression, findings } = this.#compiler.compile(piece.source, scope, this.used)
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

/** What the expression room says, at its line of YAML; for an unknown name also where the one that was meant is bound. */
function findingOf(
  { rule, severity, message, hint, offset, length }: ExpressionFinding,
  source: string,
  where: Where,
  scope: Scope,
): Finding {
  const said: Finding = { severity, rule, message, ...where, ...(hint === undefined ? {} : { hint }) }
  if (rule !== 'unknown-variable') return said
  const name = /^\$?([A-Za-z_]\w*)/.exec(source.slice(offset, length === undefined ? undefined : offset + length))?.[1]
  const near = name === undefined ? undefined : nearest(name, scope.set)
  if (near === undefined) return said
  const bound = scope.names.get(near)
  if (bound === undefined) return { ...said, hint: `did you mean $${near}?` }
  const related = [{ where: bound, text: `$${near} is bound here` }]
  return { ...said, hint: `did you mean $${near}, bound at ${bound.line}:${bound.column}?`, related }
}
