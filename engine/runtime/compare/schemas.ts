import { isDeepStrictEqual } from 'node:util'
import type { Json } from '../../core/message.ts'
import { isSchemaObject, type Located, type Resolve } from '../../schema/locate.ts'
import { type Facts, factsOf, texts } from './facts.ts'
import { keywordChanges, sentence } from './keywords.ts'
import type { Side } from './side.ts'

/** One way in which a schema became another, as a client sees it. */
export interface Difference {
  /** `customer.lines[].sku`; empty: the whole. */
  readonly path: string
  /** The rest of the sentence that `input` and the path begin. */
  readonly text: string
  readonly breaking: boolean
}

export interface Rooted {
  readonly schema: Json
  readonly resolve: Resolve
}

/** What differs between two JSON Schemas. What cannot be compared, as other alternatives, counts as breaking. */
export function differences(old: Rooted, next: Rooted, side: Side): readonly Difference[] {
  const walk = new Walk(old.resolve, next.resolve, side)
  walk.compare({ schema: old.schema, document: old.schema }, { schema: next.schema, document: next.schema }, '')
  return walk.found
}

/** Schemas may refer to themselves: no deeper than messages are. */
const maxDepth = 16
const maxFound = 200

class Walk {
  readonly found: Difference[] = []
  readonly #old: Resolve
  readonly #next: Resolve
  readonly #side: Side
  readonly #entered: (readonly [Json, Json])[] = []

  constructor(old: Resolve, next: Resolve, side: Side) {
    this.#old = old
    this.#next = next
    this.#side = side
  }

  compare(old: Located, next: Located, path: string): void {
    const known = this.#entered.some(([one, other]) => one === old.schema && other === next.schema)
    if (known || this.#entered.length > maxDepth || this.found.length > maxFound) return
    this.#entered.push([old.schema, next.schema])
    const [before, after] = [factsOf(old, this.#old), factsOf(next, this.#next)]
    if (this.#types(before, after, path)) {
      this.#values(before, after, path)
      for (const { text, ...change } of keywordChanges(before, after)) this.#say(path, text, this.#side.breaks(change))
      this.#default(before, after, path)
      this.#alternatives(before, after, path)
      this.#fields(before, after, path)
      this.#dependencies(before, after, path)
      if (before.items !== undefined || after.items !== undefined)
        this.compare(before.items ?? anything, after.items ?? anything, `${path}[]`)
    }
    this.#entered.pop()
  }

  #say(path: string, text: string, breaking: boolean): void {
    this.found.push({ path, text, breaking })
  }

  /** False where they have no type in common: then nothing else of them can be compared. */
  #types({ types: old }: Facts, { types: next }: Facts, path: string): boolean {
    const [before, after] = [[...(old ?? typeOrder)], [...(next ?? typeOrder)]]
    const change = { narrower: before.some(type => !after.includes(type)), wider: after.some(type => !before.includes(type)) }
    if (change.narrower || change.wider) this.#say(path, ` is ${typeNames(next)} now, not ${typeNames(old)}`, this.#side.breaks(change))
    return before.some(type => after.includes(type))
  }

  #values({ values: old }: Facts, { values: next }: Facts, path: string): void {
    const side = this.#side
    if (old === undefined && next !== undefined) this.#say(path, side.only(list(next)), side.breaks({ narrower: true, wider: false }))
    if (old !== undefined && next === undefined) this.#say(path, side.any, side.breaks({ narrower: false, wider: true }))
    if (old === undefined || next === undefined) return
    const lacks = (values: readonly Json[], value: Json): boolean => !values.some(one => isDeepStrictEqual(one, value))
    const fewer = old.filter(value => lacks(next, value))
    const more = next.filter(value => lacks(old, value))
    if (fewer.length > 0) this.#say(path, side.fewer(list(fewer)), side.breaks({ narrower: true, wider: false }))
    if (more.length > 0) this.#say(path, side.more(list(more)), side.breaks({ narrower: false, wider: true }))
  }

  /** What is filled in where a client says nothing. */
  #default({ keywords: old }: Facts, { keywords: next }: Facts, path: string): void {
    if (!this.#side.fillsDefaults || isDeepStrictEqual(old.get('default'), next.get('default'))) return
    this.#say(path, sentence('default', old.get('default'), next.get('default')), false)
  }

  #alternatives(before: Facts, after: Facts, path: string): void {
    for (const name of ['anyOf', 'oneOf'] as const) {
      const [old, next] = [branches(before, name), branches(after, name)]
      if (old.length === next.length) for (const [at, branch] of old.entries()) this.compare(branch, next[at] ?? anything, path)
      else this.#say(path, `: ${name} has ${next.length} alternatives now, not ${old.length}`, true)
    }
  }

  #fields(before: Facts, after: Facts, path: string): void {
    const side = this.#side
    for (const [name, old] of before.properties) {
      const next = after.properties.get(name)
      const inside = pathOf(path, name)
      if (next !== undefined) this.compare(old, next, inside)
      else {
        const said = after.closed ? side.refused : side.gone
        this.#say(inside, said.text, said.breaking)
      }
    }
    const [must, mustNow] = [this.#required(before, this.#old), this.#required(after, this.#next)]
    for (const name of mustNow)
      if (!must.has(name)) this.#say(pathOf(path, name), side.required, side.breaks({ narrower: true, wider: false }))
    for (const name of must)
      if (!mustNow.has(name) && after.properties.has(name))
        this.#say(pathOf(path, name), side.optional, side.breaks({ narrower: false, wider: true }))
    for (const name of after.properties.keys()) if (!before.properties.has(name)) this.#say(pathOf(path, name), ' is new', false)
    if (before.closed !== after.closed) {
      const said = after.closed ? side.closed : side.opened
      this.#say(path, said.text, said.breaking)
    } else if (before.others !== undefined || after.others !== undefined)
      this.compare(before.others ?? anything, after.others ?? anything, pathOf(path, '*'))
  }

  #required({ required, properties }: Facts, resolve: Resolve): ReadonlySet<string> {
    if (!this.#side.fillsDefaults) return required
    const filled = (name: string): boolean => {
      const property = properties.get(name)
      return property !== undefined && factsOf(property, resolve).keywords.has('default')
    }
    return new Set([...required].filter(name => !filled(name)))
  }

  #dependencies({ keywords: old }: Facts, { keywords: next }: Facts, path: string): void {
    const [before, after] = [needsIn(old), needsIn(next)]
    for (const name of new Set([...before.keys(), ...after.keys()])) {
      const [had, has] = [before.get(name) ?? [], after.get(name) ?? []]
      const [more, fewer] = [has.filter(one => !had.includes(one)), had.filter(one => !has.includes(one))]
      if (more.length > 0)
        this.#say(pathOf(path, name), ` needs ${more.join(', ')} now`, this.#side.breaks({ narrower: true, wider: false }))
      if (fewer.length > 0)
        this.#say(pathOf(path, name), ` no longer needs ${fewer.join(', ')}`, this.#side.breaks({ narrower: false, wider: true }))
    }
  }
}

const anything: Located = { schema: true, document: true }
const typeOrder = ['object', 'array', 'number', 'integer', 'string', 'boolean', 'null']

function typeNames(types: ReadonlySet<string> | undefined): string {
  if (types === undefined) return 'anything'
  const shown = typeOrder.filter(name => types.has(name) && !(name === 'integer' && types.has('number')))
  return shown.length === 0 ? 'nothing' : shown.join(' or ')
}

const list = (values: readonly Json[]): string => values.map(value => JSON.stringify(value)).join(', ')
const pathOf = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`)

function branches({ keywords, document }: Facts, name: string): readonly Located[] {
  const all = keywords.get(name)
  return Array.isArray(all) ? all.map((schema: Json) => ({ schema, document })) : []
}

function needsIn(keywords: ReadonlyMap<string, Json>): ReadonlyMap<string, readonly string[]> {
  const needs = keywords.get('dependentRequired')
  return new Map(isSchemaObject(needs) ? Object.entries(needs).map(([name, names]) => [name, texts(names)] as const) : [])
}
