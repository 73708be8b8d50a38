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
    const written = Object.hasOwn(given, name)
    const part = written ? given[name] : schema.default
    if (part === undefined || schema['x-component'] !== undefined) return []
    const value = compileTree(part, options.step)
    if (schema['x-payload'] === true) return [{ name, make: perhapsOnce(part, rendered(value, options)) }]
    // What is written and constant was checked and converted when it was loaded.
    const make = written && isConstant(part) ? value : checked(name, value, target, options)
    return [{ name, make: perhapsOnce(part, make) }]
  })
  const required = target.schema.required ?? []
  const complete = (built: Arguments): Arguments => {
    for (const name of required) if (!Object.hasOwn(built, name)) throw invalid(target, [{ pointer: '', text: `${name} is required` }])
    return built
  }
  return message => {
    const built: Record<string, unknown> = {}
    const pending: Promise<void>[] = []
    for (const { name, make } of parts) {
      const value = make(message)
      if (value === undefined) continue
      built[name] = value
      if (value instanceof Promise) pending.push(value.then(late => void Object.assign(built, { [name]: late })))
    }
    return pending.length === 0 ? complete(built) : Promise.all(pending).then(() => complete(built))
  }
}

type Make = (message: Message) => unknown

/** Throws INTERNAL where `with` is one expression: what is sent is named. */
export function namedArguments(tree: Tree, call: string): { readonly [name: string]: Tree } {
  if (typeof tree === 'object' && tree !== null && !(tree instanceof Template) && !Array.isArray(tree))
    return tree as { readonly [name: string]: Tree }
  throw new SluiceError('INTERNAL', `the call of ${call} does not name its arguments`)
}

/** Where nothing in it depends on the message, it is made with the first one. */
function perhapsOnce(part: Tree, make: Make): Make {
  if (!isConstant(part)) return make
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
    const all = schemas.errors(ref, argument)
    if (all.length === 0) return schemas.convert(ref, argument)
    const errors = all.filter(({ instancePath }) => !(at(argument, instancePath) instanceof Secret))
    if (errors.length === 0) return schemas.convert(ref, argument)
    throw invalid(
      target,
      errors.map(({ instancePath, message }) => ({ pointer: `/${name}${instancePath}`, text: message })),
    )
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
