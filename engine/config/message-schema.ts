import type { Finding, Staged } from '../core/finding.ts'
import type { Json } from '../core/message.ts'
import type { Named } from './declarations.ts'
import { errorAt } from './finding-at.ts'
import { entryOf, type Framed, textOf, whereOf } from './framed.ts'
import { plainValue } from './plain-value.ts'
import { readBeside } from './source.ts'

/** How a message's schema refers to one under `schemas:`. */
export const schemaId = (name: string): string => `sluice:/schemas/${name}`

/** The schemas under `schemas:`, those in files read. */
export function readMessageSchemas(named: Named): Staged<ReadonlyMap<string, Json>> {
  const findings: Finding[] = []
  const value = new Map<string, Json>()
  for (const [name, framed] of named) {
    const read = readOne(framed, named)
    if ('finding' in read) findings.push(read.finding)
    else value.set(name, read.schema)
  }
  return { value, findings }
}

/** A message's schema as the engine takes it: the name of one becomes a reference to it. */
export function messageSchema(framed: Framed, named: Named): Json {
  const name = textOf(framed)
  // plainValue of scalars, lists and maps is JSON, and a schema holds nothing else
  return name === undefined ? withReferences(plainValue(framed) as Json, named) : { $ref: schemaId(name) }
}

function readOne(framed: Framed, named: Named): { readonly schema: Json } | { readonly finding: Finding } {
  const file = entryOf(framed, 'file')
  const path = textOf(file)
  if (file === undefined || path === undefined || framed.kind !== 'map' || framed.entries.size > 1)
    return { schema: messageSchema(framed, named) }
  const read = readBeside(framed.place.file, path)
  const hint = 'a relative path starts at the YAML file'
  if ('fault' in read) return { finding: errorAt(whereOf(file), 'unreadable-file', `the file "${path}" ${read.fault}`, { hint }) }
  try {
    return { schema: withReferences(JSON.parse(read.text), named) }
  } catch {
    return { finding: errorAt(whereOf(file), 'invalid-schema', `the file "${path}" is no JSON`, { hint: 'a schema in a file is JSON' }) }
  }
}

/** `$ref: order` means the one of that name under `schemas:`. */
function withReferences(schema: Json, named: Named): Json {
  if (Array.isArray(schema)) return schema.map((item: Json) => withReferences(item, named))
  if (typeof schema !== 'object' || schema === null) return schema
  const entries = Object.entries(schema).map(([key, value]): [string, Json] =>
    key === '$ref' && typeof value === 'string' && named.has(value) ? [key, schemaId(value)] : [key, withReferences(value, named)],
  )
  return Object.fromEntries(entries)
}
