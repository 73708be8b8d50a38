import { SluiceError, type Violation } from '../core/errors.ts'
import { Template, type Tree } from '../core/expression.ts'
import type { Body, Message } from '../core/message.ts'
import { Secret } from '../core/secret.ts'
import type { BuiltInSchemas } from '../schema/built-in.ts'
import { compileCoercion } from '../schema/coerce.ts'
import { type PayloadOptions, renderPayload } from './payload.ts'
import type { Arguments, Target } from './target.ts'
import { compileTree, isConstant } from './tree.ts'

export interface ArgumentOptions extends PayloadOptions {
  readonly step: string
  readonly schemas: BuiltInSchemas
}

/** The arguments of a call for one message: what is constant is made once, what is not is checked as it comes. Throws ARGUMENT_INVALID. */
export function compileArguments(
  tree: Tree,
  target: Target,
  options: ArgumentOptions,
): (message: Message) => Arguments | Promise<Arguments> {
  const given = namedArguments(tree, `${target.connector.name}.${target.operation}`)
  const parts = Object.entries(target.schema.properties ?? {}).flatMap(([name, schema]) => {
    const part = Object.hasOwn(given, name) ? given[name] : schema.default
    if (part === undefined || schema['x-component'] !== undefined) return []
    const value = compileTree(part, options.step)
    const make = schema['x-payload'] === true ? rendered(value, options) : checked(name, value, target, options)
    return [{ name, make: isConstant(part) ? once(schema['x-payload'] === true ? make : value) : make }]
  })
  const required = target.schema.required ?? []
  return message => {
    const built: Record<string, unknown> = {}
    const pending: Promise<void>[] = []
    for (const { name, make } of parts) {
      const value = make(message)
      if (value === undefined) continue
      built[name] = value
      if (value instanceof Promise) pending.push(value.then(late => void Object.assign(built, { [name]: late })))
    }
    for (const name of required) if (!Object.hasOwn(built, name)) throw invalid(target, [{ pointer: '', text: `${name} is required` }])
    return pending.length === 0 ? built : Promise.all(pending).then(() => built)
  }
}

type Make = (message: Message) => unknown

/** Throws INTERNAL where `with` is one expression: what is sent is named. */
export function namedArguments(tree: Tree, call: string): { readonly [name: string]: Tree } {
  if (typeof tree === 'object' && tree !== null && !(tree instanceof Template) && !Array.isArray(tree))
    return tree as { readonly [name: string]: Tree }
  throw new SluiceError('INTERNAL', `the call of ${call} does not name its arguments`)
}

/** Nothing in it depends on the message, so it is made with the first one. */
function once(make: Make): Make {
  let made: { readonly value: unknown } | undefined
  return message => {
    made ??= { value: make(message) }
    return made.value
  }
}

const rendered =
  (value: (message: Message) => Body, options: PayloadOptions): Make =>
  message =>
    renderPayload(value(message), options)

function checked(name: string, value: (message: Message) => Body, target: Target, { schemas }: ArgumentOptions): Make {
  const ref = `${target.ref}/properties/${name}`
  const located = schemas.resolve(ref)
  if (located === undefined) throw new SluiceError('INTERNAL', `there is no schema ${ref}`)
  const coerce = compileCoercion(located, (to, document) => schemas.resolve(to, document), { coerce: true })
  return message => {
    const argument = coerce(value(message))
    if (argument === undefined) return schemas.convert(ref, argument)
    const errors = schemas.errors(ref, argument).filter(({ instancePath }) => !(at(argument, instancePath) instanceof Secret))
    if (errors.length > 0)
      throw invalid(
        target,
        errors.map(({ instancePath, message }) => ({ pointer: `/${name}${instancePath}`, text: message })),
      )
    return schemas.convert(ref, argument)
  }
}

/** A Secret is the text that the schema asks for, and does not look like one. */
function at(value: unknown, pointer: string): unknown {
  let found = value
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~')
    found = typeof found === 'object' && found !== null && Object.hasOwn(found, name) ? Reflect.get(found, name) : undefined
  }
  return found
}

function invalid({ connector, operation }: Target, violations: readonly Violation[]): SluiceError {
  const [first] = violations
  const what = first === undefined ? '' : `: ${[first.pointer.slice(1), first.text].filter(part => part !== '').join(' ')}`
  return new SluiceError('ARGUMENT_INVALID', `an argument of ${connector.name}.${operation} is not what it takes${what}`, {
    violations: violations.slice(0, 20),
    violationCount: violations.length,
  })
}
