import type { Run } from '../budget.ts'
import type { Callable } from '../callable.ts'
import { Fault } from '../errors.ts'
import { mergeSort } from '../order.ts'
import { define, isNumeric, type List, type Plain, sequence, truth } from '../values.ts'
import type { Builtin } from './builtin.ts'

/** Functions that take functions. They pass one, two or three arguments, by what the function takes. */
export const higherFunctions: readonly Builtin[] = [
  { name: 'map', signature: '<af>', arity: 2, sequence: true, call: map },
  { name: 'filter', signature: '<af>', arity: 2, sequence: true, call: filter },
  { name: 'single', signature: '<af?>', arity: 2, sequence: true, call: single },
  { name: 'reduce', signature: '<afj?:j>', arity: 3, sequence: true, call: reduce },
  { name: 'sift', signature: '<o-f?:o>', arity: 2, call: sift },
  { name: 'each', signature: '<o-f:a>', arity: 2, sequence: true, call: each },
  { name: 'sort', signature: '<af?:a>', arity: 2, sequence: true, call: sort },
]

type Items = List | undefined

function call(run: Run, callable: Callable, value: unknown, key: unknown, whole: unknown): unknown {
  const { arity } = callable
  if (arity < 2) return callable.apply(run, [value], null)
  return callable.apply(run, arity < 3 ? [value, key] : [value, key, whole], null)
}

function map(run: Run, list: Items, callable: Callable): Items {
  if (list === undefined) return undefined
  const results = sequence()
  run.charge(list.length)
  run.allocate(list.length * 8)
  for (let index = 0; index < list.length; index += 1) {
    const result = call(run, callable, list[index], index, list)
    if (result !== undefined) results.push(result)
  }
  return results
}

function filter(run: Run, list: Items, callable: Callable): Items {
  if (list === undefined) return undefined
  const results = sequence()
  run.charge(list.length)
  run.allocate(list.length * 8)
  for (let index = 0; index < list.length; index += 1) {
    if (truth(run, call(run, callable, list[index], index, list))) results.push(list[index])
  }
  return results
}

function single(run: Run, list: Items, callable: Callable | undefined): unknown {
  if (list === undefined) return undefined
  run.charge(list.length)
  let found: { readonly item: unknown } | undefined
  for (let index = 0; index < list.length; index += 1) {
    if (callable !== undefined && !truth(run, call(run, callable, list[index], index, list))) continue
    if (found !== undefined) throw new Fault('D3138')
    found = { item: list[index] }
  }
  if (found === undefined) throw new Fault('D3139')
  return found.item
}

function reduce(run: Run, list: Items, callable: Callable, initial: unknown): unknown {
  if (list === undefined) return undefined
  const { arity } = callable
  if (arity < 2) throw new Fault('D3050')
  run.charge(list.length)
  const fromFirst = initial === undefined && list.length > 0
  let result = fromFirst ? list[0] : initial
  for (let index = fromFirst ? 1 : 0; index < list.length; index += 1) {
    const args = arity === 2 ? [result, list[index]] : arity === 3 ? [result, list[index], index] : [result, list[index], index, list]
    result = callable.apply(run, args, null)
  }
  return result
}

function sift(run: Run, object: Plain | undefined, callable: Callable | undefined): Plain | undefined {
  if (object === undefined) return undefined
  if (callable === undefined) throw new Fault('T0410')
  const kept: Plain = {}
  let any = false
  const keys = Object.keys(object)
  run.charge(keys.length)
  run.allocate(32 + keys.length * 16)
  for (const key of keys) {
    if (!truth(run, call(run, callable, object[key], key, object))) continue
    define(kept, key, object[key])
    any = true
  }
  return any ? kept : undefined
}

function each(run: Run, object: Plain | undefined, callable: Callable): Items {
  const results = sequence()
  const keys = object === undefined ? [] : Object.keys(object)
  run.charge(keys.length)
  run.allocate(keys.length * 8)
  for (const key of keys) {
    const result = call(run, callable, object?.[key], key, object)
    if (result !== undefined) results.push(result)
  }
  return results
}

function sort(run: Run, list: Items, callable: Callable | undefined): Items {
  if (list === undefined || list.length <= 1) return list
  if (callable !== undefined) return mergeSort(run, list, (a, b) => Boolean(callable.apply(run, [a, b], null)))
  const simple = list.every(item => isNumeric(item)) || list.every(item => typeof item === 'string')
  if (!simple) throw new Fault('D3070')
  return mergeSort<unknown>(run, list, greater)
}

function greater(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a > b
  return typeof a === 'string' && typeof b === 'string' && a > b
}
