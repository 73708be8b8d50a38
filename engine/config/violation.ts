import type { Finding, Where } from '../core/finding.ts'
import type { Json } from '../core/message.ts'
import type { RawError } from '../schema/built-in.ts'
import { errorAt } from './finding-at.ts'
import { type Framed, whereKey, whereOf } from './framed.ts'
import { nearest, suggestion } from './near.ts'
import { below, locate } from './position.ts'
import { type Catalogue, listIn, part, propertyOf, type Schema, textIn } from './schema-of.ts'

/** An error of a schema in words: what is wrong, where, and the text to write. `name`: the key that the value stands under. */
export function findingFor(error: RawError, at: Framed, name: string | undefined, label: string, catalogue: Catalogue): Finding {
  const schema = catalogue.resolve(asSchema(error.parentSchema))
  const subject = name === undefined ? `the ${label}` : `"${name}"`
  const place = name === undefined ? label : `"${name}" of ${label}`
  const { params, keyword } = error
  if (keyword === 'additionalProperties') return unknownField(String(params['additionalProperty']), at, place, schema, catalogue)
  if (keyword === 'required') return missingField(String(params['missingProperty']), at, place, schema, catalogue)
  if (keyword === 'propertyNames') return badName(String(params['propertyName']), at)
  if (keyword === 'type') return wrongType(at, subject, at.schema, params['type'])
  if (keyword === 'pattern' && (name === 'name' || 'x-name' in at.schema))
    return errorAt(whereOf(at), 'bad-name', `${subject} is no name`, nameHint(at.schema))
  if (keyword === 'enum' || keyword === 'const')
    return wrongChoice(at, subject, keyword === 'enum' ? params['allowedValues'] : [params['allowedValue']])
  if (keyword === 'anyOf' || keyword === 'oneOf') return noAlternative(error, at, place, subject, schema)
  const message = `${subject} ${sentenceOf(error, at.schema)}`
  return errorAt(whereOf(at), 'wrong-value', message, { hint: exampleHint(at.schema) })
}

function unknownField(key: string, at: Framed, place: string, schema: Schema, catalogue: Catalogue): Finding {
  const known = Object.keys(part(schema, 'properties') ?? {})
  const kind = /^(channel|connector|step) /.exec(place)?.[1]
  const beside = kind === 'step' ? Object.keys(part(catalogue.document('sluice:/step.json'), 'properties') ?? {}) : []
  return errorAt(whereEntry(at, key), 'unknown-field', `unknown field "${key}" in ${place}`, {
    hint: suggestion(key, [...known, ...beside]),
  })
}

function missingField(key: string, at: Framed, place: string, schema: Schema, catalogue: Catalogue): Finding {
  const example = exampleOf(catalogue.resolve(propertyOf(schema, key) ?? {}))
  return errorAt(whereKey(at), 'missing-field', `${place} needs "${key}"`, { hint: `write ${key}: ${example ?? '…'}` })
}

function badName(key: string, at: Framed): Finding {
  return errorAt(whereEntry(at, key), 'bad-name', `"${key}" is no name`, nameHint(part(at.schema, 'propertyNames') ?? {}))
}

const nameHint = (schema: Schema): { readonly hint: string } => ({
  hint: (textIn(schema, 'pattern') ?? '').includes('-')
    ? 'names are kebab-case: order-lines'
    : 'names in expressions are camelCase: orderLines',
})

function wrongType(at: Framed, subject: string, schema: Schema, type: unknown): Finding {
  const wanted = described(schema, type)
  return errorAt(at.kind === 'scalar' && at.value === null ? whereKey(at) : whereOf(at), 'wrong-type', `${subject} must be ${wanted}`, {
    hint: quoted(at, type) ?? exampleHint(schema),
  })
}

/** A number or a switch where a text is due was most likely meant as its text. */
function quoted(at: Framed, type: unknown): string | undefined {
  if (at.kind !== 'scalar' || at.substituted) return undefined
  if (type === 'string' && at.schema['x-type'] === undefined && (typeof at.value === 'number' || typeof at.value === 'boolean'))
    return `write "${at.place.file.text.slice(at.node.start, at.node.end)}"`
  if ((type === 'integer' || type === 'number') && typeof at.value === 'string' && /^-?[0-9]+(\.[0-9]+)?$/.test(at.value))
    return `write ${at.value}`
  if (type === 'boolean' && typeof at.value === 'string' && /^(yes|no|on|off|true|false)$/i.test(at.value))
    return `write ${/^(yes|on|true)$/i.test(at.value) ? 'true' : 'false'}`
  return undefined
}

function wrongChoice(at: Framed, subject: string, allowed: unknown): Finding {
  const values = Array.isArray(allowed) ? allowed.map(value => (typeof value === 'string' ? value : JSON.stringify(value))) : []
  const given = at.kind === 'scalar' && !at.substituted && at.value !== null ? String(at.value) : undefined
  const near = given === undefined ? undefined : nearest(given, values)
  const numeric = given !== undefined && at.kind === 'scalar' && typeof at.value === 'number' && values.includes(given)
  const hint = numeric ? `write "${given}"` : near === undefined ? undefined : `did you mean "${near}"?`
  return errorAt(whereOf(at), 'wrong-value', `${subject} must be ${values.length === 1 ? values[0] : `one of ${values.join(', ')}`}`, {
    hint,
  })
}

function noAlternative({ params, parentSchema, keyword }: RawError, at: Framed, place: string, subject: string, schema: Schema): Finding {
  const branches = listIn(schema, keyword).map(asSchema)
  const keys = branches.map(branch => listIn(branch, 'required').join(' and ')).filter(text => text !== '')
  if (keys.length === branches.length && keys.length > 0) {
    if (Array.isArray(params['passingSchemas']))
      return errorAt(whereKey(at), 'wrong-value', `${place} takes one of ${keys.join(', or ')}, not both`, {})
    return errorAt(whereKey(at), 'missing-field', `${place} needs ${keys.join(', or ')}`, {})
  }
  const wanted = branches.map(branch => described(branch, branch['type'])).join(' or ')
  return errorAt(whereOf(at), 'wrong-type', `${subject} must be ${wanted}`, { hint: exampleHint(asSchema(parentSchema)) })
}

const articles: Readonly<Record<string, string>> = {
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
  null: 'null',
}

function described(schema: Schema, type: unknown): string {
  const unit = textIn(schema, 'x-type')
  if (unit !== undefined) return `a ${unit}`
  if ('const' in schema) return JSON.stringify(schema['const'])
  if (textIn(schema, '$ref') !== undefined) return 'an object'
  return (Array.isArray(type) ? type : [type]).map(name => articles[String(name)] ?? String(name)).join(' or ')
}

function sentenceOf({ keyword, params, message }: RawError, schema: Schema): string {
  const limit = String(params['limit'])
  const unit = textIn(schema, 'x-type')
  if (keyword === 'pattern' && unit !== undefined) return `is no ${unit}`
  if (keyword === 'pattern' && textIn(schema, 'x-reference') === 'operation') return 'is not written as connector.operation'
  if (keyword === 'pattern') return `must match ${String(params['pattern'])}`
  if (keyword === 'minimum') return `must be at least ${limit}`
  if (keyword === 'maximum') return `must be at most ${limit}`
  if (/^min(Items|Length|Properties)$/.test(keyword)) return limit === '1' ? 'must not be empty' : `must have at least ${limit}`
  if (/^max(Items|Length|Properties)$/.test(keyword)) return `must have at most ${limit}`
  return message
}

function exampleHint(schema: Schema): string | undefined {
  if (schema['x-type'] === 'duration') return 'a whole number and a unit: 250ms, 10s, 5m, 1h, 1d'
  if (schema['x-type'] === 'size') return 'a whole number and a unit: 64kB, 10MB'
  const example = exampleOf(schema)
  return example === undefined ? undefined : `such as ${example}`
}

function exampleOf(schema: Schema): string | undefined {
  const example: Json | undefined = listIn(schema, 'examples')[0] ?? listIn(schema, 'enum')[0]
  if (example === undefined) return undefined
  return typeof example === 'string' ? example : JSON.stringify(example)
}

/** Where an entry's key stands. */
function whereEntry(at: Framed, key: string): Where {
  const entry = at.kind === 'map' ? at.entries.get(key) : undefined
  if (entry !== undefined) return whereKey(entry)
  return locate(at.place.file, at.place.key, below(at.place.pointer, key))
}

// ajv gives back what it was given, and schemas are objects where a keyword can fail.
const asSchema = (schema: Json | undefined): Schema =>
  typeof schema === 'object' && schema !== null && !Array.isArray(schema) ? (schema as Schema) : {}
