import type { Json } from '../core/message.ts'
import { asSchema, type Validator } from './validator.ts'
import { describe } from './violations.ts'

/** Compiles the question whether something is a JSON Schema: why it is none, or undefined. */
export function compileDialect(ajv: Validator): (schema: Json) => string | undefined {
  const validate = ajv.compile(asSchema(dialect))
  return schema => {
    if (validate(schema)) return undefined
    const [first] = describe(validate.errors ?? [], 1).violations
    return first === undefined ? 'it is not valid' : `${first.pointer} ${first.text}`.trimStart()
  }
}

/** What a compilation of a schema threw, as a sentence. */
export function compilationFault(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text
    .replace(/^strict mode: /, '')
    .replace(/ ignored in schema at path .*/, '')
    .replace(/^can't resolve reference (.*) from id .*/, 'there is no schema $1; remote ones are never loaded')
}

/**
 * What a JSON Schema of draft 2020-12 is, in one document. The published meta-schema says the same in eight, bound by `$dynamicRef`, and takes
 * ajv 40 ms to compile at every start and reload.
 */
const dialect: Json = {
  $id: 'sluice:/dialect',
  type: ['object', 'boolean'],
  properties: {
    $schema: { enum: ['https://json-schema.org/draft/2020-12/schema', 'https://json-schema.org/draft/2020-12/schema#'] },
    $id: { type: 'string', pattern: '^[^#]*#?$' },
    ...each(['$anchor', '$dynamicAnchor'], { type: 'string', pattern: '^[A-Za-z_][-A-Za-z0-9._]*$' }),
    ...each(['$ref', '$dynamicRef', '$comment', 'title', 'description', 'format', 'contentEncoding', 'contentMediaType', 'pattern'], {
      type: 'string',
    }),
    ...each(['deprecated', 'readOnly', 'writeOnly', 'uniqueItems'], { type: 'boolean' }),
    ...each(['maximum', 'exclusiveMaximum', 'minimum', 'exclusiveMinimum'], { type: 'number' }),
    ...each(['maxLength', 'minLength', 'maxItems', 'minItems', 'maxContains', 'minContains', 'maxProperties', 'minProperties'], {
      type: 'integer',
      minimum: 0,
    }),
    ...each(
      [
        'not',
        'if',
        'then',
        'else',
        'items',
        'contains',
        'additionalProperties',
        'propertyNames',
        'unevaluatedItems',
        'unevaluatedProperties',
        'contentSchema',
      ],
      { $ref: '#' },
    ),
    ...each(['allOf', 'anyOf', 'oneOf', 'prefixItems'], { type: 'array', minItems: 1, items: { $ref: '#' } }),
    ...each(['$defs', 'definitions', 'properties', 'patternProperties', 'dependentSchemas'], {
      type: 'object',
      additionalProperties: { $ref: '#' },
    }),
    required: { $ref: '#/$defs/names' },
    dependentRequired: { type: 'object', additionalProperties: { $ref: '#/$defs/names' } },
    enum: { type: 'array', minItems: 1 },
    examples: { type: 'array' },
    multipleOf: { type: 'number', exclusiveMinimum: 0 },
    type: { if: { type: 'array' }, else: { $ref: '#/$defs/type' }, items: { $ref: '#/$defs/type' }, minItems: 1, uniqueItems: true },
  },
  $defs: {
    names: { type: 'array', items: { type: 'string' }, uniqueItems: true },
    type: { enum: ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'] },
  },
}

function each(keywords: readonly string[], schema: Json): { readonly [keyword: string]: Json } {
  return Object.fromEntries(keywords.map(keyword => [keyword, schema]))
}
