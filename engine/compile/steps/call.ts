import type { CallStep } from '../../core/config.gen.ts'
import { Template, type Tree } from '../../core/expression.ts'
import type { Component } from '../../core/model.ts'
import { compileAnswer } from '../answer.ts'
import { compileArguments, namedArguments } from '../arguments.ts'
import { chain } from '../chain.ts'
import { defineStep } from '../step.ts'
import type { OperationSchema, Target } from '../target.ts'

/** Reaches out. Its arguments are evaluated once, whatever is retried below; its result is the body. */
export default defineStep<CallStep>({
  waits: true,
  retries: true,
  compile: ({ id: step, config, where, idempotent, retry }, { target: find, formats, schemas, unread, resultRead }) => {
    const target = find(config.call)
    const component = formatOf(target, config.with) ?? target.connector.format
    const said = component === undefined ? undefined : formats.of(component)
    const build = compileArguments(config.with, target, { step, schemas, said, json: formats.byType('json'), unread })
    const call = target.guarded({ place: { step, where }, idempotent: idempotent || target.idempotent, retry })
    const answer = compileAnswer({
      name: config.call,
      place: { step, where, connector: target.connector.name },
      said,
      formats,
      hasResult: target.hasResult,
      unread: resultRead ? undefined : unread,
    })
    return (message, scope) => chain(build(message), given => chain(call(given, scope), result => answer(message, result)))
  },
  looks: ({ config }, look) =>
    Object.entries(namedArguments(config.with, config.call)).some(
      ([name, part]) => !isPassed(part, look.target(config.call).schema, name) && look.into(part),
    ),
  replaces: ({ config }, { target }) => target(config.call).hasResult,
  repeatable: ({ config, idempotent }, { target }) => idempotent || target(config.call).idempotent,
})

/** The argument that is a format: a component, and no tree. */
function formatOf({ schema }: Target, given: Tree): Component | undefined {
  const name = Object.entries(schema.properties ?? {}).find(([, property]) => property['x-component'] === 'format')?.[0]
  if (name === undefined || typeof given !== 'object' || given === null || !Object.hasOwn(given, name)) return undefined
  // The loader made a component of an argument whose schema says `x-component`.
  return Reflect.get(given, name) as Component
}

/** The body handed on whole, as what is sent: rendering it is the engine's, and needs no look where it comes in the same format. */
function isPassed(part: Tree, { properties }: OperationSchema, name: string): boolean {
  const source = part instanceof Template ? part.whole?.source : undefined
  return (source === '$' || source === '$$') && properties?.[name]?.['x-payload'] === true
}
