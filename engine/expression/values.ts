import { readerOf } from '../core/shape.ts'
import type { Run } from './budget.ts'
import { isCallable } from './callable.ts'
import { Fault } from './errors.ts'

/** What JSONata keeps about an array that is not of the message: flags under a symbol, which no data can carry. */
export const mark: unique symbol = Symbol('sequence')
/** A sequence: none is nothing, one is the item. */
export const SEQUENCE = 1
/** A sequence of one stays a list. */
export const KEEP = 2
/** An array constructor in a path: not flattened. */
export const CONS = 4
/** Around a body that is an array, so that it counts as one item. */
export const OUTER = 8
export type List = unknown[] & { [mark]?: number }
/** An object that is plain data. */
export type Plain = Record<string, unknown>

export const isList = (value: unknown): value is List => Array.isArray(value)
export const isSequence = (list: List): boolean => ((list[mark] ?? 0) & SEQUENCE) !== 0
export const hasFlag = (list: List, flag: number): boolean => ((list[mark] ?? 0) & flag) !== 0

export function sequence(): List {
  const list: List = []
  list[mark] = SEQUENCE
  return list
}

export function sequenceOf(item: unknown): List {
  const list: List = [item]
  list[mark] = SEQUENCE
  return list
}

/** What every node does with its result: a sequence of none is nothing, of one the item. */
export function collapse(value: unknown): unknown {
  if (typeof value !== 'object' || !isList(value)) return value
  const flags = value[mark]
  if (flags === undefined || (flags & SEQUENCE) === 0 || value.length > 1) return value
  if (value.length === 0) return undefined
  return (flags & KEEP) === 0 ? value[0] : value
}

/** The same where `[]` was written. */
export function collapseKeeping(value: unknown): unknown {
  if (isList(value) && isSequence(value)) value[mark] = (value[mark] ?? 0) | KEEP
  return collapse(value)
}

/** The body as it is evaluated: an array counts as one item. */
export function wrapBody(body: unknown): unknown {
  if (!isList(body)) return body
  const list: List = [body]
  list[mark] = SEQUENCE | OUTER
  return list
}

/** `$` where `input` is the context. */
export const contextOf = (input: unknown): unknown => (isList(input) && hasFlag(input, OUTER) ? input[0] : input)

/** An object whose keys may be read: neither list, function nor null. */
export const isObject = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isCallable(value)

/** A thing of the engine that only looks like an object: a Blob, bytes, a Secret. It is handed on whole. */
export function isOpaque(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype !== Object.prototype && prototype !== null && !Array.isArray(value)
}

const described = new Set(['name', 'type', 'size'])
/** What a property is that an object does not have itself. */
const inherited = (key: string, object: object, value: unknown): unknown =>
  described.has(key) && object instanceof Blob ? value : undefined

/** The value of a key, own keys only; over a list, of every member, flattened by one level. `undefined` where there is none. */
export function read(run: Run, value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  if (isList(value)) return readEach(run, value, (_, item) => read(run, item, key))
  const found: unknown = Reflect.get(value, key)
  return found === undefined || Object.hasOwn(value, key) ? found : inherited(key, value, found)
}

export type Read = (run: Run, value: unknown) => unknown

/** The same for a key that is known at load. */
export function reader(key: string): Read {
  const read_: Read = readerOf<Run>(key, (run, value, found) =>
    isList(value) ? readEach(run, value, read_) : inherited(key, value, found),
  )
  return read_
}

function readEach(run: Run, list: List, readOne: Read): List {
  run.charge(list.length)
  const found = sequence()
  for (const item of list) {
    const value = readOne(run, item)
    if (value === undefined) continue
    if (isList(value)) extend(run, found, value)
    else found.push(value)
  }
  run.allocate(found.length * 8)
  return found
}

/** Appends the members; not `push(...list)`, whose arguments would be the stack's. */
export function extend(run: Run, target: unknown[], list: readonly unknown[]): void {
  run.charge(list.length)
  run.allocate(list.length * 8)
  for (const item of list) target.push(item)
}

/** Written so that `__proto__` is a key like any other. */
export function define(target: Plain, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true })
  else target[key] = value
}

/** `$append`: nothing adds nothing. */
export function append(run: Run, first: unknown, second: unknown): unknown {
  if (first === undefined) return second
  if (second === undefined) return first
  const joined: List = []
  if (isList(first)) extend(run, joined, first)
  else joined.push(first)
  if (isList(second)) extend(run, joined, second)
  else joined.push(second)
  return joined
}

/** A number that can be counted with. Infinity fails here, at its first use. */
export function isNumeric(value: unknown): value is number {
  if (typeof value !== 'number' || Number.isNaN(value)) return false
  if (Number.isFinite(value)) return true
  throw new Fault('D1001')
}

/** JSONata's truth: empty things, null and functions are false, a list is true if any member is. */
export function truth(run: Run, value: unknown): boolean {
  if (typeof value === 'boolean') return value
  if (typeof value === 'string') return value !== ''
  if (typeof value === 'number') return isNumeric(value) && value !== 0
  if (typeof value !== 'object' || value === null || isCallable(value)) return false
  if (!isList(value)) {
    for (const key in value) if (Object.hasOwn(value, key)) return true
    return isOpaque(value)
  }
  run.descend(value.length)
  let any = false
  for (const item of value) if (truth(run, item)) any = true
  return run.ascend(any)
}

/** Deep equality; keys in any order. */
export function equal(run: Run, left: unknown, right: unknown): boolean {
  if (left === right) return true
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false
  if (isList(left) && isList(right)) return left.length === right.length && equalLists(run, left, right)
  if (!isObject(left) || !isObject(right) || isOpaque(left) || isOpaque(right)) return false
  return equalObjects(run, left, right)
}

function equalLists(run: Run, left: List, right: List): boolean {
  run.descend(left.length)
  for (let index = 0; index < left.length; index += 1) if (!equal(run, left[index], right[index])) return run.ascend(false)
  return run.ascend(true)
}

function equalObjects(run: Run, left: Plain, right: Plain): boolean {
  const keys = Object.keys(left)
  if (keys.length !== Object.keys(right).length) return false
  run.descend(keys.length)
  for (const key of keys) if (!Object.hasOwn(right, key) || !equal(run, left[key], right[key])) return run.ascend(false)
  return run.ascend(true)
}
