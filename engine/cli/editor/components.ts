import type { Json } from '../../core/message.ts'
import { isKeywords, type Keywords, part, parts, textsIn } from './keywords.ts'
import { type Translator, told } from './translate.ts'

/** A type of a kind, and its schema. */
export interface Typed {
  readonly type: string
  readonly schema: Keywords
}

/** A component: exactly one type key, the modifiers of its kind beside it; a type that needs no configuration also as its bare name. `refusable`: modifiers of which `null` refuses the default. */
export function componentSchema(
  types: readonly Typed[],
  modifiers: Keywords,
  refusable: readonly string[],
  translator: Translator,
): Keywords {
  const bare = types.filter(({ schema }) => textsIn(schema, 'required').length === 0).map(({ type }) => type)
  const whole = {
    type: 'object',
    additionalProperties: false,
    properties: {
      ...Object.fromEntries(types.map(({ type, schema }) => [type, emptyToo(translator.schema(schema), bare.includes(type))])),
      ...nullable(part(translator.schema(modifiers), 'properties'), refusable),
    },
    oneOf: types.map(({ type }) => ({ required: [type] })),
  }
  return bare.length === 0 ? whole : { anyOf: [whole, { enum: bare }] }
}

/** Properties, some of which may be null. */
export const nullable = (properties: Keywords, names: readonly string[]): Keywords =>
  Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, isKeywords(schema) ? emptyToo(schema, names.includes(name)) : schema]),
  )

/** A type key with nothing behind it. */
const emptyToo = (schema: Keywords, empty: boolean): Keywords => (empty ? { ...told(schema), anyOf: [schema, { type: 'null' }] } : schema)

export interface Steps {
  readonly verbs: readonly Typed[]
  readonly modifiers: Keywords
  /** By name, what an operation of that name takes, whatever the connector. */
  readonly operations: ReadonlyMap<string, Keywords>
  readonly plugins: readonly Typed[]
}

/** A step: exactly one verb, whose other keys are told by the verb; arguments are told by the operation or the plugin that is named. */
export function stepSchema({ verbs, modifiers, operations, plugins }: Steps, translator: Translator): Keywords {
  const beside = verbs.flatMap(({ type, schema }) => Object.keys(part(schema, 'properties')).filter(name => name !== type))
  const own = verbs.map(
    ({ type, schema }) => [type, { ...part(part(translator.schema(schema), 'properties'), type), ...told(schema) }] as const,
  )
  const all = verbs.map(verb => implies({ type: 'object', required: [verb.type] }, verbRest(verb, new Set(beside), translator)))
  return {
    type: 'object',
    additionalProperties: false,
    properties: {
      ...Object.fromEntries(own),
      ...part(translator.schema(modifiers), 'properties'),
    },
    // not among the properties, lest they be offered before there is a verb
    patternProperties: { [`^(?:${beside.join('|')})$`]: {} },
    oneOf: verbs.map(({ type }) => ({ required: [type] })),
    allOf: [...all, ...argumentSchemas(operations, plugins, translator)],
  }
}

/** The keys of a verb, and a no to those of the others. */
function verbRest({ type, schema }: Typed, beside: ReadonlySet<string>, translator: Translator): Keywords {
  const own = parts(translator.schema(schema), 'properties').filter(([name]) => name !== type)
  const verbs = own.map(([name]) => name)
  const refused = [...beside].filter(name => !verbs.includes(name) && name !== 'format')
  return {
    required: textsIn(schema, 'required'),
    properties: { ...Object.fromEntries(refused.map((name): [string, Json] => [name, false])), ...Object.fromEntries(own) },
  }
}

function argumentSchemas(operations: Steps['operations'], plugins: readonly Typed[], translator: Translator): readonly Keywords[] {
  const named = (key: string, pattern: string, schema: Keywords): Keywords =>
    implies(
      { type: 'object', properties: { [key]: { type: 'string', pattern } }, required: [key] },
      { properties: { with: translator.schema(schema) } },
    )
  return [
    ...[...operations].map(([name, schema]) => named('call', `\\.${name}$`, { ...schema, 'x-expression': true })),
    ...plugins.map(({ type, schema }) => named('plugin', `^${type}$`, schema)),
  ]
}

/** JSON Schema's `if` and `then`; written as entries, since an object with a `then` passes for a promise. */
const implies = (condition: Keywords, consequence: Keywords): Keywords =>
  Object.fromEntries([
    ['if', condition],
    ['then', consequence],
  ])
