import type { Run } from './budget.ts'
import { isCallable } from './callable.ts'
import { Fault } from './errors.ts'
import { define, isList, isNumeric, isOpaque, type List, mark, type Plain } from './values.ts'

/**
 * The boundary: what leaves an evaluation is plain JSON, without flags and functions; a function alone is nothing, among others it is left out as `null` or as a missing key.
 * What needs no change is handed on as it is, and may be part of the message. Shared parts are counted every time.
 */
export function output(run: Run, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return typeof value === 'number' ? finite(value) : value
  if (value === run.body) return value
  return objectOut(run, value, { left: run.budget.output })
}

interface Room {
  left: number
}

function emit(run: Run, value: unknown, room: Room): unknown {
  spend(room, typeof value === 'string' ? value.length : 8)
  if (typeof value === 'number') return finite(value)
  if (typeof value !== 'object' || value === null) return value
  return objectOut(run, value, room)
}

function objectOut(run: Run, value: object, room: Room): unknown {
  if (isList(value)) return listOut(run, value, room)
  if (isOpaque(value)) return isCallable(value) ? undefined : value
  return plainOut(run, value as Plain, room)
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

/** Nearly always all of it is fine as it is: then nothing is made but the walk. */
function plainOut(run: Run, object: Plain, room: Room): unknown {
  run.descend(0)
  let count = 0
  for (const key in object) {
    const value = object[key]
    spend(room, key.length)
    const out = emit(run, value, room)
    if (out !== value || out === undefined) return run.ascend(copyFrom(run, object, room, { at: count, out }))
    count += 1
  }
  run.charge(count)
  return run.ascend(object)
}

/** From the member on that has to change. */
function copyFrom(run: Run, object: Plain, room: Room, changed: { readonly at: number; readonly out: unknown }): Plain {
  const keys = Object.keys(object)
  run.charge(keys.length)
  const copy = part(object, keys.slice(0, changed.at))
  for (let index = changed.at; index < keys.length; index += 1) {
    const key = keys[index] ?? ''
    if (index > changed.at) spend(room, key.length)
    const out = index === changed.at ? changed.out : emit(run, object[key], room)
    if (out !== undefined) define(copy, key, out)
  }
  return copy
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
