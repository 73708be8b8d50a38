import type { Run } from './budget.ts'
import { isCallable } from './callable.ts'
import { Fault } from './errors.ts'
import { define, isList, isNumeric, isObject, isOpaque, type List, mark, type Plain } from './values.ts'

/**
 * The boundary: what leaves an evaluation is plain JSON, without flags and functions; a function alone is nothing, among others it is left out as `null` or as a missing key.
 * What needs no change is handed on as it is, and may be part of the message. Shared parts are counted every time.
 */
export function output(run: Run, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return typeof value === 'number' ? finite(value) : value
  if (value === run.body || isOpaque(value)) return isCallable(value) ? undefined : value
  const room = { left: run.budget.output }
  return isList(value) ? listOut(run, value, room) : objectOut(run, value, room)
}

interface Room {
  left: number
}

function emit(run: Run, value: unknown, room: Room): unknown {
  spend(room, typeof value === 'string' ? value.length : 8)
  if (typeof value === 'number') return finite(value)
  if (typeof value !== 'object' || value === null) return value
  if (isList(value)) return listOut(run, value, room)
  if (isCallable(value)) return undefined
  return isOpaque(value) ? value : objectOut(run, value, room)
}

function listOut(run: Run, list: List, room: Room): unknown {
  run.descend(list.length)
  let copy: unknown[] | undefined = list[mark] === undefined ? undefined : []
  for (let index = 0; index < list.length; index += 1) {
    const item = list[index]
    const out = emit(run, item, room) ?? null
    if (copy === undefined && out !== item) copy = list.slice(0, index)
    copy?.push(out)
  }
  return run.ascend(copy ?? list)
}

function objectOut(run: Run, object: object, room: Room): unknown {
  if (!isObject(object)) return undefined
  const keys = Object.keys(object)
  run.descend(keys.length)
  let copy: Plain | undefined
  for (let index = 0; index < keys.length; index += 1) {
    const key = keys[index] ?? ''
    spend(room, key.length)
    const value = object[key]
    const out = emit(run, value, room)
    if (copy === undefined && (out !== value || out === undefined)) copy = part(object, keys.slice(0, index))
    if (copy !== undefined && out !== undefined) define(copy, key, out)
  }
  return run.ascend(copy ?? object)
}

function part(object: Plain, keys: readonly string[]): Plain {
  const copy: Plain = {}
  for (const key of keys) define(copy, key, object[key])
  return copy
}

function spend(room: Room, amount: number): void {
  room.left -= amount
  if (room.left < 0) throw new Fault('U1004')
}

// JSON has no infinity, and not-a-number is no number
function finite(value: number): unknown {
  if (Number.isNaN(value)) return null
  return isNumeric(value) ? value : undefined
}
