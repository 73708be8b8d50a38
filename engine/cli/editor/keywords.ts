import type { Json } from '../../core/message.ts'

/** A JSON Schema: keywords by name. */
export type Keywords = { readonly [keyword: string]: Json }

export const isKeywords = (value: Json | undefined): value is Keywords =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What a schema holds under a keyword, where that is an object. */
export function part(schema: Keywords, keyword: string): Keywords {
  const found = Object.hasOwn(schema, keyword) ? schema[keyword] : undefined
  return isKeywords(found) ? found : {}
}

/** The schemas of a keyword that holds several by name. */
export const parts = (schema: Keywords, keyword: string): readonly (readonly [string, Keywords])[] =>
  Object.entries(part(schema, keyword)).map(([name, one]) => [name, isKeywords(one) ? one : {}])

export const textsIn = (schema: Keywords, keyword: string): readonly string[] => {
  const found = schema[keyword]
  return Array.isArray(found) ? found.map(String) : []
}
