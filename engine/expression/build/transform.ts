import type { Transform } from '../ast.ts'
import type { Run } from '../budget.ts'
import { Callable, isCallable } from '../callable.ts'
import { Fault } from '../errors.ts'
import { clone } from '../functions/object.ts'
import { kindOf } from '../kind.ts'
import type { Frame } from '../scope.ts'
import { parseSignature, validate } from '../signature.ts'
import { define, isList, isObject, type Plain } from '../values.ts'
import { weigh } from '../weight.ts'
import type { Builder } from './compiler.ts'
import { buildVariable } from './name.ts'

/** `|pattern|update, delete|`: a function that gives a changed copy. Only what was copied is ever changed. */
export const buildTransform: Builder<Transform> = (node, scope, compiler) => {
  const pattern = compiler.build(node.pattern, scope)
  const update = compiler.build(node.update, scope)
  const deletion = node.delete === undefined ? undefined : compiler.build(node.delete, scope)
  const cloner = buildVariable({ type: 'variable', value: 'clone' }, scope, compiler, {})
  const weight = weigh(node.update) + (node.delete === undefined ? 0 : weigh(node.delete)) + 2
  const signature = parseSignature('<(oa):o>')
  const change = (run: Run, value: unknown, frame: Frame): unknown => {
    const own = cloner(undefined, frame)
    if (!isCallable(own)) throw new Fault('T2013', { position: node.position, token: '|' })
    const owned = new Set<unknown>()
    const copy = clone(run, own.apply(run, [value], null), owned)
    const matches = pattern(copy, frame)
    const list = matches === undefined ? [] : isList(matches) ? matches : [matches]
    run.charge(list.length * weight)
    for (const match of list) {
      assign(run, node, owned, match, update(match, frame))
      if (deletion !== undefined) remove(node, owned, match, deletion(match, frame))
    }
    return copy
  }
  return (_, frame) => {
    frame[1].allocate(600)
    return new Callable(1, (run, args, context) => {
      const [value] = validate(signature, args, context)
      if (value === undefined) return undefined
      run.enter(1)
      return run.ascend(change(run, value, frame))
    })
  }
}

function assign(run: Run, node: Transform, owned: ReadonlySet<unknown>, match: unknown, update: unknown): void {
  if (update === undefined) return
  if (!isObject(update)) throw new Fault('T2011', { position: node.update.position, token: '|', got: kindOf(update) })
  const keys = Object.keys(update)
  // a list has no keys to change
  if (keys.length === 0 || isList(match)) return
  run.allocate(keys.length * 16)
  const target = changeable(node, owned, match)
  for (const key of keys) define(target, key, update[key])
}

function remove(node: Transform, owned: ReadonlySet<unknown>, match: unknown, deletion: unknown): void {
  if (deletion === undefined) return
  const keys = isList(deletion) ? deletion : [deletion]
  for (const key of keys)
    if (typeof key !== 'string') throw new Fault('T2012', { position: node.delete?.position, token: '|', got: kindOf(deletion) })
  if (!isObject(match)) return
  const target = changeable(node, owned, match)
  for (const key of keys) Reflect.deleteProperty(target, String(key))
}

function changeable(node: Transform, owned: ReadonlySet<unknown>, match: unknown): Plain {
  if (isObject(match) && owned.has(match)) return match
  throw new Fault('U1007', { position: node.position, token: '|' })
}
