import type { Run } from '../budget.ts'
import { isCallable } from '../callable.ts'
import { append, equal, isList, isNumeric, isSequence, type List, sequence, truth } from '../values.ts'
import type { Builtin } from './builtin.ts'

export const arrayFunctions: readonly Builtin[] = [
  { name: 'count', signature: '<a:n>', arity: 1, call: (_, list: Items) => list?.length ?? 0 },
  { name: 'append', signature: '<xx:a>', arity: 2, sequence: true, call: append },
  { name: 'reverse', signature: '<a:a>', arity: 1, sequence: true, call: reverse },
  { name: 'shuffle', signature: '<a:a>', arity: 1, sequence: true, clock: true, call: shuffle },
  { name: 'distinct', signature: '<x:x>', arity: 1, sequence: true, call: distinct },
  { name: 'zip', signature: '<a+>', arity: 0, call: zip },
  { name: 'exists', signature: '<x:b>', arity: 1, call: (_, value: unknown) => value !== undefined },
  { name: 'boolean', signature: '<x-:b>', arity: 1, call: (run, value: unknown) => (value === undefined ? undefined : truth(run, value)) },
  { name: 'not', signature: '<x-:b>', arity: 1, call: (run, value: unknown) => (value === undefined ? undefined : !truth(run, value)) },
  { name: 'type', signature: '<x:s>', arity: 1, call: (_, value: unknown) => typeName(value) },
]

type Items = List | undefined

function reverse(run: Run, list: Items): Items {
  if (list === undefined || list.length <= 1) return list
  run.allocate(list.length * 8)
  run.charge(list.length)
  return list.toReversed()
}

function shuffle(run: Run, list: Items): Items {
  if (list === undefined || list.length <= 1) return list
  run.allocate(list.length * 8)
  run.charge(list.length)
  const mixed = [...list]
  for (let last = mixed.length - 1; last > 0; last -= 1) {
    const other = Math.floor(Math.random() * (last + 1))
    const kept = mixed[last]
    mixed[last] = mixed[other]
    mixed[other] = kept
  }
  return mixed
}

function distinct(run: Run, value: unknown): unknown {
  if (!isList(value) || value.length <= 1) return value
  const kept: List = isSequence(value) ? sequence() : []
  const simple = new Set<unknown>()
  const deep: unknown[] = []
  run.allocate(value.length * 16)
  for (const item of value) {
    run.charge(1)
    if (typeof item === 'object' && item !== null) {
      run.charge(deep.length)
      if (deep.some(other => equal(run, item, other))) continue
      deep.push(item)
    } else if (simple.has(item)) continue
    else simple.add(item)
    kept.push(item)
  }
  return kept
}

function zip(run: Run, ...lists: readonly Items[]): unknown[] {
  const length = Math.min(...lists.map(list => list?.length ?? 0))
  const rows: unknown[] = []
  if (!Number.isFinite(length)) return rows
  run.charge(length * lists.length)
  run.allocate(length * (lists.length + 2) * 8)
  for (let index = 0; index < length; index += 1) rows.push(lists.map(list => list?.[index]))
  return rows
}

function typeName(value: unknown): string | undefined {
  if (value === undefined) return undefined
  if (value === null) return 'null'
  if (isList(value)) return 'array'
  if (isCallable(value)) return 'function'
  if (typeof value === 'number') return isNumeric(value) ? 'number' : 'object'
  return typeof value
}
