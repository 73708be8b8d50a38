import type { Run } from '../budget.ts'
import { isCallable } from '../callable.ts'
import { Fault } from '../errors.ts'
import { numberText } from '../text.ts'
import { define, extend, isList, isNumeric, isObject, isOpaque, type List, type Plain, read, sequence } from '../values.ts'
import type { Builtin } from './builtin.ts'

export const objectFunctions: readonly Builtin[] = [
  { name: 'keys', signature: '<x-:a<s>>', arity: 1, sequence: true, call: keys },
  {
    name: 'lookup',
    signature: '<x-s:x>',
    arity: 2,
    sequence: true,
    call: (run, value: unknown, key: unknown) => read(run, value, String(key)),
  },
  { name: 'spread', signature: '<x-:a<o>>', arity: 1, sequence: true, call: spread },
  { name: 'merge', signature: '<a<o>:o>', arity: 1, call: merge },
  { name: 'clone', signature: '<(oa)-:o>', arity: 1, call: (run, value: unknown) => (value === undefined ? undefined : clone(run, value)) },
]

/** A deep copy as JSON would give it: numbers of 15 digits, functions empty text. `owned` collects the objects that were made. */
export function clone(run: Run, value: unknown, owned?: Set<unknown>): unknown {
  if (typeof value === 'number') return isNumeric(value) ? Number(numberText(value)) : null
  if (isCallable(value)) return ''
  if (typeof value !== 'object' || value === null) return value
  if (isList(value)) {
    run.descend(value.length)
    run.allocate(16 + value.length * 8)
    const copy = value.map(item => clone(run, item, owned) ?? null)
    return run.ascend(copy)
  }
  if (!isObject(value) || isOpaque(value)) throw new Fault('U1006')
  const names = Object.keys(value)
  run.descend(names.length)
  run.allocate(64 + names.length * 24)
  const copy: Plain = {}
  for (const name of names) if (value[name] !== undefined) define(copy, name, clone(run, value[name], owned))
  owned?.add(copy)
  return run.ascend(copy)
}

function keys(run: Run, value: unknown): List {
  const found = sequence()
  const names = isList(value) ? namesOf(run, value) : isObject(value) ? Object.keys(value) : []
  run.charge(names.length)
  run.allocate(names.length * 8)
  for (const name of names) found.push(name)
  return found
}

// through an object, so that keys like integers come first, as JSONata's own do
function namesOf(run: Run, list: List): readonly string[] {
  const seen: Record<string, true> = Object.create(null)
  run.descend(list.length)
  for (const item of list) for (const name of keys(run, item)) seen[String(name)] = true
  return run.ascend(Object.keys(seen))
}

function spread(run: Run, value: unknown): unknown {
  if (isList(value)) {
    run.descend(value.length)
    // as JSONata: joined parts are a list, which is not collapsed; nothing joined is an empty sequence
    let joined: List | undefined
    for (const item of value) {
      const parts = spread(run, item)
      if (parts === undefined) continue
      joined ??= []
      if (isList(parts)) extend(run, joined, parts)
      else joined.push(parts)
    }
    return run.ascend(joined ?? sequence())
  }
  if (!isObject(value)) return value
  const found = sequence()
  run.charge(Object.keys(value).length)
  for (const name of Object.keys(value)) {
    run.allocate(64)
    const single: Plain = {}
    define(single, name, value[name])
    found.push(single)
  }
  return found
}

function merge(run: Run, list: readonly Plain[] | undefined): Plain | undefined {
  if (list === undefined) return undefined
  const merged: Plain = {}
  for (const item of list) {
    const names = Object.keys(item)
    run.charge(names.length + 1)
    run.allocate(names.length * 16)
    for (const name of names) define(merged, name, item[name])
  }
  return merged
}
