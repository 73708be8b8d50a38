import { dirname, resolve } from 'node:path'
import type { Finding, Staged } from '../core/finding.ts'
import type { Json } from '../core/message.ts'
import type { ReadText } from '../files/read.ts'
import type { Named } from './declarations.ts'
import { errorAt } from './finding-at.ts'
import { entryOf, type Framed, textOf, whereOf } from './framed.ts'
import { isSameList, type Memory } from './memory.ts'
import { plainValue } from './plain-value.ts'
import type { Sources } from './source.ts'

/** How a message's schema refers to one under `schemas:`. */
export const schemaId = (name: string): string => `sluice:/schemas/${name}`

/** The schemas under `schemas:`, those in files read. The same map as in the load before, where it holds the same. */
export function readMessageSchemas(named: Named, sources: Sources, memory: Memory): Staged<ReadonlyMap<string, Json>> {
  const findings: Finding[] = []
  const value = new Map<string, Json>()
  const declared = (name: string): boolean => named.has(name)
  const beside = (path: string): ReadText => sources.beside(path)
  for (const [name, framed] of named) {
    const read = memory.within(readOne, framed, { declared, beside })
    if ('finding' in read) findings.push(read.finding)
    else value.set(name, read.schema)
  }
  return { value: memory.settle('schemas', value, isSameMap), findings }
}

const isSameMap = (before: ReadonlyMap<string, Json>, now: ReadonlyMap<string, Json>): boolean =>
  isSameList([...before.keys()], [...now.keys()]) && isSameList([...before.values()], [...now.values()])

/** Whether there is one of this name under `schemas:`. */
export type IsDeclared = (name: string) => boolean

/** A message's schema as the engine takes it: the name of one becomes a reference to it. */
export function messageSchema(framed: Framed, declared: IsDeclared): Json {
  const name = textOf(framed)
  // plainValue of scalars, lists and maps is JSON, and a schema holds nothing else
  return name === undefined ? withReferences(plainValue(framed) as Json, declared) : { $ref: schemaId(name) }
}

/** Every place in a tree where a message's schema stands. */
export function messageSchemasIn(framed: Framed): readonly Framed[] {
  if (framed.schema['x-message-schema'] === true) return [framed]
  if (framed.kind === 'map') return [...framed.entries.values()].flatMap(messageSchemasIn)
  if (framed.kind === 'list') return framed.items.flatMap(messageSchemasIn)
  return framed.kind === 'component' ? [...messageSchemasIn(framed.config), ...messageSchemasIn(framed.modifiers)] : []
}

/** The names under `schemas:` that a schema refers to. */
export const namesIn = (schema: Json): readonly string[] =>
  [...JSON.stringify(schema).matchAll(/"\$ref":"sluice:\/schemas\/([a-z0-9-]+)/g)].map(([, name = '']) => name)

/** The `file` of one under `schemas:` that stands in a file of its own. */
export function fileOf(framed: Framed): Framed | undefined {
  const file = entryOf(framed, 'file')
  return framed.kind === 'map' && framed.entries.size === 1 && textOf(file) !== undefined ? file : undefined
}

interface Around {
  readonly declared: IsDeclared
  readonly beside: Sources['beside']
}

function readOne(framed: Framed, { declared, beside }: Around): { readonly schema: Json } | { readonly finding: Finding } {
  const file = fileOf(framed)
  const path = textOf(file)
  if (file === undefined || path === undefined) return { schema: messageSchema(framed, declared) }
  const read = beside(resolve(dirname(framed.place.file.path), path))
  const hint = 'a relative path starts at the YAML file'
  if ('fault' in read) return { finding: errorAt(whereOf(file), 'unreadable-file', `the file "${path}" ${read.fault}`, { hint }) }
  try {
    return { schema: withReferences(JSON.parse(read.text), declared) }
  } catch {
    return { finding: errorAt(whereOf(file), 'invalid-schema', `the file "${path}" is no JSON`, { hint: 'a schema in a file is JSON' }) }
  }
}

/** `$ref: order` means the one of that name under `schemas:`. */
function withReferences(schema: Json, declared: IsDeclared): Json {
  if (Array.isArray(schema)) return schema.map((item: Json) => withReferences(item, declared))
  if (typeof schema !== 'object' || schema === null) return schema
  const entries = Object.entries(schema).map(([key, value]): [string, Json] =>
    key === '$ref' && typeof value === 'string' && declared(value) ? [key, schemaId(value)] : [key, withReferences(value, declared)],
  )
  return Object.fromEntries(entries)
}
