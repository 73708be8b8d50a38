import type { Finding } from '../../core/finding.ts'
import type { Json } from '../../core/message.ts'
import { mapInSlices, type Slices } from '../../core/slices.ts'
import { MessageSchemas } from '../../schema/message.ts'
import { errorAt } from '../finding-at.ts'
import { entryOf, type Framed, textOf, whereKey, whereOf } from '../framed.ts'
import { isSameList } from '../memory.ts'
import { fileOf, messageSchema, messageSchemasIn } from '../message-schema.ts'
import { nearest, suggestion } from '../near.ts'
import { steps } from '../position.ts'
import type { Project } from '../project.ts'

/** `unknown-schema`, `remote-schema`, `invalid-schema`: what is no schema of a message. */
export function* messageSchemas(project: Project): Slices<readonly Finding[]> {
  const { declarations, messageSchemas: read, incomplete, memory } = project
  const trial = memory.settle('schemas on trial', new Trial(read), (before, now) => before.named === now.named)
  trial.begin()
  const declared = [...declarations.schemas].map(([name, framed]) => ({ framed, file: fileOf(framed), schema: read.get(name) }))
  const inline = declared.filter(({ file }) => file === undefined).map(({ framed }) => framed)
  const around = { trial, names: memory.settle('names of schemas', [...declarations.schemas.keys()], isSameList), incomplete }
  const inFiles = declared.flatMap(({ file, schema }) =>
    file === undefined || schema === undefined ? [] : inFile(file, trial.faultOf(schema)),
  )
  const things = [...inline, ...declarations.pipelines.values()]
  const written = yield* mapInSlices(things, framed => memory.within(checkAll, framed, around))
  return [...inFiles, ...written.flat()]
}

/** Tries schemas that may refer to those under `schemas:`. */
class Trial {
  readonly named: ReadonlyMap<string, Json>
  #schemas: MessageSchemas | undefined
  readonly #faults = new Map<string, string | undefined>()

  constructor(named: ReadonlyMap<string, Json>) {
    this.named = named
  }

  /** Forgets what was tried in the load before: a schema that did not change is not tried again. */
  begin(): void {
    this.#schemas = undefined
    this.#faults.clear()
  }

  /** What pipelines share word for word is tried once. */
  faultOf(schema: Json): string | undefined {
    const text = JSON.stringify(schema)
    this.#schemas ??= new MessageSchemas(this.named)
    if (!this.#faults.has(text)) this.#faults.set(text, this.#schemas.invalid(schema))
    return this.#faults.get(text)
  }
}

interface Around {
  readonly trial: Trial
  /** Under `schemas:`. */
  readonly names: readonly string[]
  /** Some file could not be read: there may be more of them. */
  readonly incomplete: boolean
}

/** The schemas in a pipeline, or one under `schemas:`. */
function checkAll(framed: Framed, around: Around): readonly Finding[] {
  return messageSchemasIn(framed).flatMap(schema => check(schema, around))
}

function check(framed: Framed, around: Around): readonly Finding[] {
  const { trial, names, incomplete } = around
  const name = textOf(framed)
  if (name !== undefined) return names.includes(name) || incomplete ? [] : [unknown(name, framed, names)]
  const references = referencesOf(framed, around)
  if (references.length > 0) return references
  const found = trial.faultOf(messageSchema(framed, one => names.includes(one)))
  const unsure = incomplete && found?.startsWith('there is no schema') === true
  return found === undefined || unsure ? [] : [invalidAt(framed, found)]
}

const inFile = (file: Framed, found: string | undefined): readonly Finding[] =>
  found === undefined ? [] : [errorAt(whereOf(file), 'invalid-schema', `the schema in this file is none: ${found}`, {})]

function unknown(name: string, framed: Framed, names: readonly string[]): Finding {
  const hint = suggestion(name, names) ?? 'write the schema here, or declare it under schemas:'
  return errorAt(whereOf(framed), 'unknown-schema', `there is no schema "${name}"`, { hint })
}

/** `$ref`s that lead nowhere. */
function referencesOf(framed: Framed, around: Around): readonly Finding[] {
  if (framed.kind === 'list') return framed.items.flatMap(item => referencesOf(item, around))
  if (framed.kind !== 'map') return []
  return [...framed.entries].flatMap(([key, value]) => {
    const target = key === '$ref' ? textOf(value) : undefined
    if (target === undefined) return referencesOf(value, around)
    if (target.startsWith('#')) return []
    const name = /^sluice:\/schemas\/([^#]*)/.exec(target)?.[1] ?? target
    if (around.names.includes(name) || around.incomplete) return []
    if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(target)) return [unknown(target, value, around.names)]
    const hint = 'put it beside the YAML: schemas: { order: { file: order.json } }'
    return [errorAt(whereOf(value), 'remote-schema', `${target} is never loaded`, { hint })]
  })
}

const types = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null']

/** What is wrong with a schema, at the place in it that the fault names. */
function invalidAt(schema: Framed, fault: string): Finding {
  const [, pointer = ''] = /^(\/\S*) /.exec(fault) ?? []
  const keyword = /unknown keyword: "([^"]*)"/.exec(fault)?.[1]
  const found = keyword === undefined ? follow(schema, pointer) : (keyOf(schema, keyword) ?? schema)
  const written =
    found.kind === 'scalar' && !found.substituted && found !== schema ? `"${String(found.value)}" is no part of a JSON Schema: ` : ''
  const near = found.kind === 'scalar' ? nearest(String(found.value), types) : undefined
  const where = keyword === undefined && found !== schema ? whereOf(found) : whereKey(found)
  const hint = near === undefined ? 'JSON Schema, draft 2020-12' : `did you mean "${near}"?`
  return errorAt(where, 'invalid-schema', keyword === undefined ? `${written}${fault}` : `"${keyword}" is no keyword of JSON Schema`, {
    hint,
  })
}

function follow(framed: Framed, pointer: string): Framed {
  return steps(pointer).reduce((at, step) => (at.kind === 'list' ? at.items[Number(step)] : entryOf(at, step)) ?? at, framed)
}

function keyOf(framed: Framed, key: string): Framed | undefined {
  if (framed.kind === 'list') return framed.items.map(item => keyOf(item, key)).find(found => found !== undefined)
  if (framed.kind !== 'map') return undefined
  return framed.entries.get(key) ?? [...framed.entries.values()].map(value => keyOf(value, key)).find(found => found !== undefined)
}
