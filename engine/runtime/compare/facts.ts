import type { Json } from '../../core/message.ts'
import { isSchemaObject, keyword, type Located, type Resolve, type SchemaObject, subschemas, typesOf } from '../../schema/locate.ts'

/** What a schema says of a value itself, with what its `$ref` and `allOf` say. Of a keyword that is said twice, the first counts. */
export interface Facts {
  /** Undefined: any. An integer is a number too. */
  readonly types: ReadonlySet<string> | undefined
  /** By `enum` or `const`. */
  readonly values: readonly Json[] | undefined
  readonly properties: ReadonlyMap<string, Located>
  readonly required: ReadonlySet<string>
  readonly closed: boolean
  readonly others: Located | undefined
  readonly items: Located | undefined
  readonly keywords: ReadonlyMap<string, Json>
  /** Where each keyword with subschemas stands: what its `#` means. */
  readonly document: Json
}

export function factsOf(located: Located, resolve: Resolve): Facts {
  const parts = partsOf(located, resolve, [])
  const keywords = new Map(parts.flatMap(({ schema }) => Object.entries(schema)).reverse())
  const below = (name: string): Located | undefined => {
    const part = parts.find(({ schema }) => keyword(schema, name) !== undefined)
    const schema = part === undefined ? undefined : keyword(part.schema, name)
    return part === undefined || schema === undefined ? undefined : { schema, document: part.document }
  }
  const others = below('additionalProperties') ?? below('unevaluatedProperties')
  return {
    types: typesIn(parts),
    values: valuesIn(keywords),
    properties: new Map(parts.flatMap(propertiesIn).reverse()),
    required: new Set(parts.flatMap(({ schema }) => texts(keyword(schema, 'required')))),
    closed: others?.schema === false,
    others: isSchemaObject(others?.schema) ? others : undefined,
    items: below('items'),
    keywords,
    document: located.document,
  }
}

interface Part {
  readonly schema: SchemaObject
  readonly document: Json
}

const maxParts = 100

/** The schema itself, what it refers to, and all of its `allOf`. One that is `false` says that nothing is valid. */
function partsOf({ schema, document }: Located, resolve: Resolve, found: Part[]): readonly Part[] {
  if (schema === false) found.push({ schema: { enum: [] }, document })
  if (!isSchemaObject(schema) || found.length > maxParts || found.some(part => part.schema === schema)) return found
  found.push({ schema, document })
  const ref = keyword(schema, '$ref')
  const target = typeof ref === 'string' ? resolve(ref, document) : undefined
  if (target !== undefined) partsOf(target, resolve, found)
  for (const part of subschemas(schema, 'allOf')) partsOf({ schema: part, document }, resolve, found)
  return found
}

function typesIn(parts: readonly Part[]): ReadonlySet<string> | undefined {
  const named = parts.map(({ schema }) => typesOf(schema)).filter(types => types !== undefined)
  const [first, ...others] = named.map(types => new Set(types.includes('number') ? [...types, 'integer'] : types))
  return first === undefined ? undefined : new Set([...first].filter(type => others.every(one => one.has(type))))
}

function valuesIn(keywords: ReadonlyMap<string, Json>): readonly Json[] | undefined {
  const listed = keywords.get('enum')
  if (Array.isArray(listed)) return listed
  const constant = keywords.get('const')
  return constant === undefined ? undefined : [constant]
}

function propertiesIn({ schema, document }: Part): readonly (readonly [string, Located])[] {
  const properties = keyword(schema, 'properties')
  if (!isSchemaObject(properties)) return []
  return Object.entries(properties).map(([name, property]) => [name, { schema: property, document }] as const)
}

export const texts = (value: Json | undefined): readonly string[] =>
  Array.isArray(value) ? value.filter(one => typeof one === 'string') : []
