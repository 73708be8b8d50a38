import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import ajvFormats from 'ajv-formats'
import type { Json } from '../core/message.ts'
import { isSchemaObject } from './locate.ts'

export type { ErrorObject, ValidateFunction }
export type Validator = Ajv2020

export interface ValidatorOptions {
  readonly allErrors: boolean
  readonly verbose?: boolean
  /** Asked for every message: worth the time of polishing its code, which is half of compiling it. */
  readonly hot: boolean
}

/**
 * One ajv for JSON Schema draft 2020-12. Strict about keywords and formats that it does not know, not about style; only own properties count,
 * so that `constructor` is a name like any other. It never loads anything.
 */
export function createValidator({ hot, ...options }: ValidatorOptions): Validator {
  const ajv = new Ajv2020({
    ...options,
    code: { optimize: hot },
    strict: true,
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
    allowUnionTypes: true,
    allowMatchingProperties: true,
    // `dialect` does it, in a tenth of the time.
    validateSchema: false,
    meta: false,
    ownProperties: true,
    logger: false,
  })
  // It resolves anchors, and does not know the word.
  ajv.addKeyword('$anchor')
  ajvFormats.default(ajv)
  return ajv
}

/** As ajv takes it. Throws for everything but an object, true and false. */
export function asSchema(schema: Json): { [keyword: string]: Json } | boolean {
  if (typeof schema === 'boolean') return schema
  // Ajv does not write to it.
  if (isSchemaObject(schema)) return schema as { [keyword: string]: Json }
  throw new Error('a schema is an object, true or false')
}

/** Makes every `x-…` keyword of these schemas an annotation, as OpenAPI does. */
export function allowExtensions(ajv: Validator, schemas: Iterable<Json>): void {
  for (const schema of schemas) for (const name of extensionsIn(schema)) if (!Object.hasOwn(ajv.RULES.keywords, name)) ajv.addKeyword(name)
}

function extensionsIn(schema: Json): readonly string[] {
  if (Array.isArray(schema)) return schema.flatMap(extensionsIn)
  if (!isSchemaObject(schema)) return []
  return Object.entries(schema).flatMap(([name, part]) => [...(/^x-[a-z][a-z0-9-]*$/i.test(name) ? [name] : []), ...extensionsIn(part)])
}
