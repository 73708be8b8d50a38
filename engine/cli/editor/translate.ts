import type { Json } from '../../core/message.ts'
import { isKeywords, type Keywords, part, parts, textsIn } from './keywords.ts'

/** `${NAME}` and `${{ }}` take any place: no editor knows what they will be. */
const hole = '\\$\\{'

/**
 * A schema of the language as an editor understands it (draft-07). Short forms, lists of one, nested components and holes are written out as
 * alternatives. `resolve` gives the schema that a `$ref` names; those in `shared` are referred to, so that what holds itself ends.
 */
export class Translator {
  readonly #resolve: (ref: string) => Keywords
  readonly #shared: ReadonlyMap<string, string>

  constructor(resolve: (ref: string) => Keywords, shared: ReadonlyMap<string, string>) {
    this.#resolve = resolve
    this.#shared = shared
  }

  schema(schema: Keywords): Keywords {
    const { $ref: ref, ...beside } = schema
    if (typeof ref === 'string') {
      const name = this.#shared.get(ref)
      return name === undefined
        ? this.schema({ ...this.#resolve(ref), ...beside })
        : { ...told(beside), allOf: [{ $ref: `#/definitions/${name}` }] }
    }
    if (typeof schema['x-component'] === 'string') return { ...told(schema), allOf: [{ $ref: `#/definitions/${schema['x-component']}` }] }
    if (schema['x-message-schema'] === true)
      return { ...told(schema), anyOf: [{ type: 'string' }, { $ref: '#/definitions/message-schema' }] }
    if (schema['x-one'] === true) {
      const { 'x-one': _, ...list } = schema
      return { ...told(schema), anyOf: [this.schema(part(schema, 'items')), this.schema(list)] }
    }
    const { 'x-shorthand': short, ...whole } = schema
    if (typeof short !== 'string') return this.#written(schema)
    // what is said of the short form is said of the whole
    return { ...told(schema), anyOf: [this.#written(whole), { ...this.schema(part(part(schema, 'properties'), short)), ...told(schema) }] }
  }

  #written(schema: Keywords): Keywords {
    const own = Object.entries(schema).flatMap(([keyword, value]) => this.#keyword(keyword, value, told(schema)))
    return withHole(Object.fromEntries(own), schema['x-expression'] === true)
  }

  #keyword(keyword: string, value: Json, said: Keywords): readonly (readonly [string, Json])[] {
    if (keyword === 'properties' && isKeywords(value))
      return [[keyword, Object.fromEntries(parts({ properties: value }, 'properties').map(([name, one]) => [name, this.schema(one)]))]]
    if ((keyword === 'additionalProperties' || keyword === 'items') && isKeywords(value)) return [[keyword, this.schema(value)]]
    if ((keyword === 'anyOf' || keyword === 'oneOf' || keyword === 'allOf') && Array.isArray(value))
      return [[keyword, value.map(one => (isKeywords(one) ? { ...this.schema(one), ...said } : one))]]
    if (keyword === 'default') return typeof value === 'object' ? [] : [[keyword, value]]
    if (keyword === 'const' && typeof value !== 'object') return [['enum', [value]]]
    return kept.has(keyword) ? [[keyword, value]] : []
  }
}

/** What is said of a place, whatever stands there. */
export function told(schema: Keywords): Keywords {
  const { description } = schema
  return description === undefined ? {} : { description }
}

/** As it is written, or with a hole in its place. Objects and lists have holes inside; the whole of one is a hole in an expression only. */
function withHole(schema: Keywords, expression: boolean): Keywords {
  if (Array.isArray(schema['enum'])) {
    const { enum: values, type: _, ...rest } = schema
    return { ...rest, anyOf: [{ enum: values ?? [] }, { type: 'string', pattern: hole }] }
  }
  const types = typeof schema['type'] === 'string' ? [schema['type']] : textsIn(schema, 'type')
  if (types.length === 0) return schema
  if (types.includes('string'))
    return typeof schema['pattern'] === 'string' ? { ...schema, pattern: `(?:${schema['pattern']})|${hole}` } : schema
  if (!expression && types.every(type => type === 'object' || type === 'array')) return schema
  return { ...schema, type: [...types, 'string'], pattern: hole }
}

const kept: ReadonlySet<string> = new Set([
  ...['description', 'type', 'enum', 'pattern', 'required', 'examples', 'additionalProperties', 'propertyNames'],
  ...['minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties'],
])
