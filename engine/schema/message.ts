import type { Violation } from '../core/errors.ts'
import type { Body, Json } from '../core/message.ts'
import { compileCoercion } from './coerce.ts'
import { compilationFault, compileDialect } from './dialect.ts'
import { createResolve, isSchemaObject, keyword, type Resolve } from './locate.ts'
import { allowExtensions, asSchema, createValidator, type Validator, type ValidatorOptions } from './validator.ts'
import { describe } from './violations.ts'

/** A body made what its schema names, and checked. Valid: `count` is 0. */
export type Check = (body: Body) => Checked
interface Checked {
  /** Coerced and completed; the very body that was given where nothing had to be done. Never changed in place. */
  readonly value: Body
  /** The first 20. */
  readonly violations: readonly Violation[]
  /** All of them. Of a body with more than 20,000 values only the first fault is looked for: it counts as 1. */
  readonly count: number
}

/** The messages' schemas of one revision. `named`: those under `schemas:`, referred to as `$ref: sluice:/schemas/<name>`. */
export class MessageSchemas {
  readonly #named: ReadonlyMap<string, Json>
  readonly #resolve: Resolve
  #first: Validator | undefined
  #all: Validator | undefined
  #trial: Validator | undefined
  #dialect: ((schema: Json) => string | undefined) | undefined

  constructor(named: ReadonlyMap<string, Json>) {
    this.#named = new Map([...named].map(([name, schema]) => [`sluice:/schemas/${name}`, schema]))
    this.#resolve = createResolve(this.#named)
  }

  /** Why it is not a JSON Schema that can be used here: unknown keywords, formats and references too. Undefined: it is one. */
  invalid(schema: Json): string | undefined {
    try {
      // No message will ever be checked with it: not worth polishing.
      this.#trial ??= this.#create({ allErrors: false, hot: false })
      this.#dialect ??= compileDialect(this.#trial)
      const fault = this.#dialect(schema)
      if (fault !== undefined) return fault
      compileCoercion({ schema, document: schema }, this.#resolve, { coerce: true })
      this.#compile(this.#trial, schema)
      return undefined
    } catch (error) {
      return compilationFault(error)
    }
  }

  /** `coerce: false`: only defaults are filled in. Throws for a schema that `invalid` complains of. */
  check(schema: Json, { coerce = true }: { readonly coerce?: boolean } = {}): Check {
    const prepare = compileCoercion({ schema, document: schema }, this.#resolve, { coerce })
    this.#first ??= this.#create({ allErrors: false, hot: true })
    const first = this.#compile(this.#first, schema)
    let every: typeof first | undefined
    return body => {
      const value = prepare(body)
      if (first(value)) return { value, violations: none, count: 0 }
      if (isLarge(value)) return { value, ...describe(first.errors ?? [], 20) }
      this.#all ??= this.#create({ allErrors: true, hot: false })
      every ??= this.#compile(this.#all, schema)
      every(value)
      return { value, ...describe(every.errors ?? [], 20) }
    }
  }

  #create(options: ValidatorOptions): Validator {
    const ajv = createValidator(options)
    allowExtensions(ajv, this.#named.values())
    for (const [id, schema] of this.#named) add(ajv, id, schema)
    return ajv
  }

  #compile(ajv: Validator, schema: Json): ReturnType<Validator['compile']> {
    allowExtensions(ajv, [schema])
    const id = isSchemaObject(schema) ? keyword(schema, '$id') : undefined
    // Two pipelines may hold copies of one schema, `$id` included: the compiled ones do not need it any more.
    if (typeof id === 'string' && !this.#named.has(id)) ajv.removeSchema(id)
    return ajv.compile(asSchema(schema))
  }
}

/** One that cannot be added is left out: `invalid` says why, and who refers to it hears that there is none. */
function add(ajv: Validator, id: string, schema: Json): void {
  try {
    ajv.addSchema(asSchema(schema), id)
  } catch {
    ajv.removeSchema(id)
  }
}

const none: readonly Violation[] = []

function isLarge(value: Body): boolean {
  let left = 20_000
  const visit = (node: unknown): void => {
    if (--left < 0 || typeof node !== 'object' || node === null) return
    for (const item of Object.values(node)) {
      if (left < 0) return
      visit(item)
    }
  }
  visit(value)
  return left < 0
}
