import type { Finding, Where } from '../core/finding.ts'
import type { Json } from '../core/message.ts'
import type { RawError } from '../schema/built-in.ts'
import { errorAt } from './finding-at.ts'
import { type Framed, whereKey, whereOf } from './framed.ts'
import { nearest, suggestion } from './near.ts'
import { below, locate } from './position.ts'
import { type Catalogue, listIn, part, propertyOf, type Schema, textIn } from './schema-of.ts'
import { described, exampleHint, exampleOf, notWritten, quoted, written } from './wording.ts'

/** What an error is about: a value, the key that it stands under, and the thing that has a name of its own around it. */
export interface Subject {
  readonly target: Framed
  readonly name: string | undefined
  readonly label: string
}

/** An error of a schema in words: what is wrong, where, and the text to write. */
export function findingFor(error: RawError, { target: at, name, label }: Subject, catalogue: Catalogue): Finding {
  const schema = catalogue.resolve(asSchema(error.parentSchema))
  const subject = name === undefined ? `the ${label}` : `"${name}"`
  const place = name === undefined ? label : `"${name}" of ${label}`
  const { params, keyword } = error
  if (keyword === 'additionalProperties') return unknownField(String(params['additionalProperty']), at, place, schema, catalogue)
  if (keyword === 'required') return missingField(String(params['missingProperty']), at, place, schema, catalogue)
  if (keyword === 'propertyNames') return badName(String(params['propertyName']), at)
  if (keyword === 'type') return wrongType(at, subject, at.schema, params['type'])
  if (keyword === 'pattern' && (name === 'name' || 'x-name' in at.schema))
    return errorAt(whereOf(at), 'bad-name', `${written(at) ?? subject} is no name`, nameHint(at.schema))
  if (keyword === 'enum' || keyword === 'const')
    return wrongChoice(at, subject, keyword === 'enum' ? params['allowedValues'] : [params['allowedValue']])
  if (keyword === 'anyOf' || keyword === 'oneOf')
    return noAlternative(error, { at, place, subject }, listIn(schema, keyword).map(asSchema), catalogue)
  const message = `${subject} ${sentenceOf(error, at.schema)}${notWritten(at)}`
  return errorAt(whereOf(at), 'wrong-value', message, { hint: exampleHint(at.schema) })
}

function unknownField(key: string, at: Framed, place: string, schema: Schema, catalogue: Catalogue): Finding {
  const known = Object.keys(part(schema, 'properties') ?? {})
  const [, kind, type] = /^(channel|connector|step) (\S+)$/.exec(place) ?? []
  const beside = kind === undefined ? [] : Object.keys(part(catalogue.document(`sluice:/${kind}.json`), 'properties') ?? {})
  const misplaced = kind !== 'step' && beside.includes(key) && !known.includes(key)
  const hint = misplaced
    ? `write it beside "${type}:", as ${beside.join(', ')}`
    : suggestion(key, kind === 'step' ? [...known, ...beside] : known)
  return errorAt(whereEntry(at, key), 'unknown-field', `unknown field "${key}" in ${place}`, { hint })
}

function missingField(key: string, at: Framed, place: string, schema: Schema, catalogue: Catalogue): Finding {
  const example = exampleOf(catalogue.resolve(propertyOf(schema, key) ?? {}))
  return errorAt(whereKey(at), 'missing-field', `${place} needs "${key}"`, { hint: `write ${key}: ${example ?? '…'}` })
}

function badName(key: string, at: Framed): Finding {
  return errorAt(whereEntry(at, key), 'bad-name', `"${key}" is no name`, nameHint(part(at.schema, 'propertyNames') ?? {}))
}

const nameHint = (schema: Schema): { readonly hint: string } => ({
  hint: (textIn(schema, 'pattern') ?? '').includes('(-')
    ? 'names are kebab-case: order-lines'
    : 'names in expressions are camelCase: orderLines',
})

function wrongType(at: Framed, subject: string, schema: Schema, type: unknown): Finding {
  const wanted = described(schema, type)
  return errorAt(at.kind === 'scalar' && at.value === null ? whereKey(at) : whereOf(at), 'wrong-type', `${subject} must be ${wanted}`, {
    hint: quoted(at, type) ?? exampleHint(schema),
  })
}

function wrongChoice(at: Framed, subject: string, allowed: unknown): Finding {
  if (Array.isArray(allowed) && at.kind === 'scalar' && typeof at.value !== 'string' && allowed.every(value => typeof value === 'string'))
    return wrongType(at, subject, at.schema, 'string')
  const values = Array.isArray(allowed) ? allowed.map(value => (typeof value === 'string' ? value : JSON.stringify(value))) : []
  const given = at.kind === 'scalar' && !at.substituted && at.value !== null ? String(at.value) : undefined
  const near = given === undefined ? undefined : nearest(given, values)
  const hint = near === undefined ? undefined : `did you mean "${near}"?`
  const wanted = values.length === 1 ? values[0] : `one of ${values.join(', ')}`
  return errorAt(whereOf(at), 'wrong-value', `${subject} must be ${wanted}${notWritten(at)}`, { hint })
}

function noAlternative(
  { params, parentSchema }: RawError,
  { at, place, subject }: { readonly at: Framed; readonly place: string; readonly subject: string },
  branches: readonly Schema[],
  catalogue: Catalogue,
): Finding {
  const keys = branches.map(branch => listIn(branch, 'required').join(' and ')).filter(text => text !== '')
  if (keys.length === branches.length && keys.length > 0) {
    if (Array.isArray(params['passingSchemas']))
      return errorAt(whereKey(at), 'wrong-value', `${place} takes one of ${keys.join(', or ')}, not both`, {})
    return errorAt(whereKey(at), 'missing-field', `${place} needs ${keys.join(', or ')}`, {})
  }
  const wanted = branches.map(branch => catalogue.resolve(branch)).map(branch => described(branch, branch['type']))
  return errorAt(whereOf(at), 'wrong-type', `${subject} must be ${wanted.join(' or ')}`, { hint: exampleHint(asSchema(parentSchema)) })
}

function sentenceOf({ keyword, params, message }: RawError, schema: Schema): string {
  const limit = String(params['limit'])
  const unit = textIn(schema, 'x-type')
  if (keyword === 'pattern' && unit !== undefined) return `must be a ${unit}`
  if (keyword === 'pattern' && textIn(schema, 'x-reference') === 'operation') return 'must be connector.operation'
  if (keyword === 'pattern') return `must match ${String(params['pattern'])}`
  if (keyword === 'minimum') return `must be at least ${limit}`
  if (keyword === 'maximum') return `must be at most ${limit}`
  if (/^min(Items|Length|Properties)$/.test(keyword)) return limit === '1' ? 'must not be empty' : `must have at least ${limit}`
  if (/^max(Items|Length|Properties)$/.test(keyword)) return `must have at most ${limit}`
  return message
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
