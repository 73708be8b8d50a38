import type { Json } from '../core/message.ts'
import { compileConversion } from './convert.ts'
import { compilationFault, compileDialect } from './dialect.ts'
import { createResolve, isSchemaObject, type Located, type Resolve } from './locate.ts'
import { asSchema, createValidator, type ErrorObject, type ValidateFunction, type Validator } from './validator.ts'

/** One thing that is wrong with a configuration value, as ajv says it. */
export interface RawError {
  /** JSON Pointer into the value. */
  readonly instancePath: string
  readonly keyword: string
  readonly params: Readonly<Record<string, unknown>>
  readonly message: string
  readonly schemaPath: string
  /** The schema that the keyword stands in. */
  readonly parentSchema?: Json | undefined
}

/** The compiled schemas of some documents, kept while it is asked for the same: compiling them is most of the work of a load. */
export function keepSchemas(): (documents: ReadonlyMap<string, Json>) => BuiltInSchemas {
  let kept: { readonly documents: ReadonlyMap<string, Json>; readonly schemas: BuiltInSchemas } | undefined
  return documents => {
    if (kept?.documents !== documents) kept = { documents, schemas: new BuiltInSchemas(documents) }
    return kept.schemas
  }
}

/** The schemas of components: those under `schemas/` and of plugins. Each is compiled when it is first used. */
export class BuiltInSchemas {
  readonly #documents: ReadonlyMap<string, Json>
  readonly #resolve: Resolve
  readonly #conversions = new Map<string, (value: unknown) => unknown>()
  readonly #validators = new Map<string, ValidateFunction>()
  #ajv: Validator | undefined
  #dialect: ((schema: Json) => string | undefined) | undefined

  /** By `$id`. */
  constructor(documents: ReadonlyMap<string, Json>) {
    this.#documents = documents
    this.#resolve = createResolve(documents)
  }

  /** Of every document. */
  get ids(): readonly string[] {
    return [...this.#documents.keys()]
  }

  /** The whole document with this `$id`. */
  get(id: string): Json | undefined {
    return this.#documents.get(id)
  }

  /** What a `$ref` means, `#/…` in the document it stands in. */
  resolve(ref: string, document?: Json): Located | undefined {
    return this.#resolve(ref, document)
  }

  /** All that is wrong with a value, by the schema that `ref` names: an `$id`, with or without `#/$defs/…`. Throws for a reference to nothing. */
  errors(ref: string, value: unknown): readonly RawError[] {
    const validate = this.#validators.get(ref) ?? this.#compile(ref)
    return validate(value) ? [] : (validate.errors ?? []).map(raw)
  }

  /** Why the document with this `$id` is not a JSON Schema of the language, keywords and references included: for those of plugins. Undefined: it is one. */
  invalid(id: string): string | undefined {
    try {
      this.#dialect ??= compileDialect(createValidator({ allErrors: false, hot: false }))
      const fault = this.#dialect(this.get(id) ?? null)
      if (fault === undefined) this.#compile(id)
      return fault
    } catch (error) {
      return compilationFault(error)
    }
  }

  /** A value that `errors` finds nothing wrong with, as the generated types say: durations and sizes as numbers, defaults filled. See `convert`. */
  convert(ref: string, value: unknown): unknown {
    const known = this.#conversions.get(ref)
    if (known !== undefined) return known(value)
    const located = this.#resolve(ref)
    if (located === undefined) throw new Error(`there is no schema ${ref}`)
    const conversion = compileConversion(located, this.#resolve)
    this.#conversions.set(ref, conversion)
    return conversion(value)
  }

  #compile(ref: string): ValidateFunction {
    this.#ajv ??= this.#create()
    const validate = this.#ajv.getSchema(ref)
    if (validate === undefined) throw new Error(`there is no schema ${ref}`)
    this.#validators.set(ref, validate)
    return validate
  }

  #create(): Validator {
    const ajv = createValidator({ allErrors: true, verbose: true, hot: false })
    ajv.addVocabulary([...vocabulary])
    // Everything but an object is no schema, and `invalid`.
    for (const [id, document] of this.#documents) if (isSchemaObject(document)) ajv.addSchema(asSchema(document), id)
    return ajv
  }
}

/** Keywords that say something to the engine, the documentation or the console, and nothing about validity. */
const vocabulary = [
  'x-clients',
  'x-component',
  'x-constant',
  'x-defaults',
  'x-expression',
  'x-idempotent',
  'x-message-schema',
  'x-name',
  'x-one',
  'x-path',
  'x-payload',
  'x-reference',
  'x-result',
  'x-secret',
  'x-served',
  'x-shorthand',
  'x-splice',
  'x-status',
  'x-type',
  'x-unfit',
  'x-url',
  'x-warning',
] as const

function raw({ instancePath, keyword, params, message = 'is not valid', schemaPath, parentSchema }: ErrorObject): RawError {
  // A schema is JSON; ajv's own type for one says less.
  return { instancePath, keyword, params, message, schemaPath, parentSchema: parentSchema as Json | undefined }
}
