import type { Json } from '../core/message.ts'
import type { Model } from '../core/model.ts'
import { type Check, MessageSchemas } from '../schema/message.ts'
import type { State } from './options.ts'

/** The check of a message's schema. `coerce: false`: only defaults are filled in. */
export type CheckOf = (schema: Json, how?: { readonly coerce: boolean }) => Check

/**
 * Each schema is compiled when the first body is checked by it, which costs milliseconds, and kept over reloads as long as some pipeline has
 * it: a reload costs what it changes.
 */
export function createChecks(named: Model['schemas']): (state: State) => CheckOf {
  const names = JSON.stringify([...named])
  let schemas: MessageSchemas | undefined
  const compile = (schema: Json, coerce: boolean): Check => {
    schemas ??= new MessageSchemas(named)
    return schemas.check(schema, { coerce })
  }
  return state =>
    (schema, { coerce } = { coerce: true }) => {
      const text = JSON.stringify(schema)
      const around = text.includes('sluice:/schemas/') ? names : ''
      return state.get(`check/${coerce}/${text}`, around, () => whenNeeded(() => compile(schema, coerce)))
    }
}

function whenNeeded(compile: () => Check): Check {
  let check: Check | undefined
  return body => {
    check ??= compile()
    return check(body)
  }
}
