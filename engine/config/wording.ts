import type { Json } from '../core/message.ts'
import type { Framed } from './framed.ts'
import { listIn, type Schema, textIn } from './schema-of.ts'

/** What was written, where it is short, stands in the file itself, and is no secret. */
export function written(at: Framed): string | undefined {
  if (at.kind !== 'scalar' || at.substituted || at.value === null || isHidden(at)) return undefined
  const text = typeof at.value === 'string' ? `"${at.value}"` : String(at.value)
  return text.length > 60 || text.includes('\n') ? undefined : text
}

/** What may be a secret is never repeated. */
const isHidden = ({ schema }: Framed): boolean => schema['x-secret'] !== undefined || schema['x-url'] === true

export const notWritten = (at: Framed): string => (written(at) === undefined ? '' : `, not ${written(at)}`)

/** A number or a switch where a text is due was most likely meant as its text. */
export function quoted(at: Framed, type: unknown): string | undefined {
  if (at.kind !== 'scalar' || at.substituted || isHidden(at)) return undefined
  if (type === 'string' && at.schema['x-type'] === undefined && (typeof at.value === 'number' || typeof at.value === 'boolean'))
    return `write "${at.place.file.text.slice(at.node.start, at.node.end)}"`
  if ((type === 'integer' || type === 'number') && typeof at.value === 'string' && /^-?[0-9]+(\.[0-9]+)?$/.test(at.value))
    return `write ${at.value}`
  if (type === 'boolean' && typeof at.value === 'string' && /^(yes|no|on|off|true|false)$/i.test(at.value))
    return `write ${/^(yes|on|true)$/i.test(at.value) ? 'true' : 'false'}`
  return undefined
}

const articles: Readonly<Record<string, string>> = {
  string: 'a text',
  integer: 'an integer',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
  null: 'null',
}

export function described(schema: Schema, type: unknown): string {
  const unit = textIn(schema, 'x-type')
  if (unit !== undefined) return `a ${unit}`
  if ('const' in schema) return JSON.stringify(schema['const'])
  if (textIn(schema, '$ref') !== undefined) return 'an object'
  return (Array.isArray(type) ? type : [type]).map(name => articles[String(name)] ?? String(name)).join(' or ')
}

export function exampleHint(schema: Schema): string | undefined {
  if (schema['x-type'] === 'duration') return 'a whole number and a unit: 250ms, 10s, 5m, 1h, 1d'
  if (schema['x-type'] === 'size') return 'a whole number and a unit: 64kB, 10MB'
  const example = exampleOf(schema)
  return example === undefined ? undefined : `such as ${example}`
}

export function exampleOf(schema: Schema): string | undefined {
  const example: Json | undefined = listIn(schema, 'examples')[0] ?? listIn(schema, 'enum')[0]
  if (example === undefined) return undefined
  return typeof example === 'string' ? example : JSON.stringify(example)
}
