import type { Json } from '../../core/message.ts'

export type Keywords = { readonly [keyword: string]: Json }

/** The first example of a schema that is an object: its whole form, not its short one. */
export function wholeExample(schema: Keywords): Keywords {
  return (listOf(schema.examples).find(isObject) as Keywords | undefined) ?? requiredExample(schema)
}

/** What a schema cannot do without, each as its example says, else as its default does, else something of its type. */
export function requiredExample(schema: Keywords): Keywords {
  const example = (listOf(schema.examples).find(isObject) as Keywords | undefined) ?? {}
  const names = listOf(schema.required).map(String)
  return Object.fromEntries(names.map(name => [name, example[name] ?? valueFor(propertyOf(schema, name))]))
}

export const propertyOf = (schema: Keywords, name: string): Keywords => member(member(schema, 'properties'), name)

/** What a schema holds under a name, where that is an object. */
export function member(schema: Keywords, name: string): Keywords {
  const found = Object.hasOwn(schema, name) ? schema[name] : undefined
  return isObject(found) ? found : {}
}

function valueFor(schema: Keywords): Json {
  const [example = schema.default] = listOf(schema.examples)
  if (example !== undefined) return example
  if (Array.isArray(schema.enum)) return schema.enum[0]
  const values: Readonly<Record<string, Json>> = { object: {}, array: [], integer: 1, number: 1, boolean: true }
  return values[String(schema.type)] ?? 'text'
}

const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : [])

const isObject = (value: Json | undefined): value is Keywords => typeof value === 'object' && value !== null && !Array.isArray(value)
