import { Secret } from '../core/secret.ts'
import type { Run } from './budget.ts'
import { isCallable } from './callable.ts'
import { Fault } from './errors.ts'
import { hasFlag, isList, isNumeric, isObject, isOpaque, type List, OUTER, type Plain } from './values.ts'

/** `$string`: a text as it is, anything else as JSON; numbers have 15 significant digits, functions are empty. `undefined` stays nothing. */
export function textOf(run: Run, value: unknown, indent = 0): string | undefined {
  if (typeof value === 'string') return value
  if (value === undefined) return undefined
  if (isCallable(value)) return ''
  if (isList(value) && hasFlag(value, OUTER)) return textOf(run, value[0], indent)
  if (typeof value === 'number') {
    if (Number.isNaN(value) || !Number.isFinite(value)) throw new Fault('D3001')
    return numberText(value)
  }
  if (value instanceof Secret) return String(value)
  return write(run, value, indent === 0 ? '' : '\n', ' '.repeat(indent))
}

/** As JSONata writes numbers: integers whole, others rounded to 15 digits. */
export const numberText = (value: number): string =>
  Number.isInteger(value) ? String(value === 0 ? 0 : value) : String(Number(value.toPrecision(15)))

function write(run: Run, value: unknown, line: string, step: string): string {
  if (typeof value === 'string') return quote(run, value)
  if (typeof value === 'number') return isNumeric(value) ? numberText(value) : 'null'
  if (typeof value === 'boolean') return String(value)
  if (typeof value !== 'object' || value === null) return 'null'
  if (isCallable(value)) return '""'
  if (isList(value)) return writeList(run, value, line, step)
  if (value instanceof Secret) return JSON.stringify(value)
  if (isOpaque(value) || !isObject(value)) throw new Fault('U1006')
  return writeObject(run, value, line, step)
}

function writeList(run: Run, list: List, line: string, step: string): string {
  if (list.length === 0) return '[]'
  run.descend(list.length)
  const inner = line === '' ? '' : line + step
  let text = '['
  for (let index = 0; index < list.length; index += 1) {
    text += (index === 0 ? '' : ',') + inner + write(run, list[index], inner, step)
    if (text.length > run.budget.text) throw new Fault('U1003')
  }
  return run.ascend(`${text}${line}]`)
}

function writeObject(run: Run, object: Plain, line: string, step: string): string {
  const keys = Object.keys(object)
  run.descend(keys.length)
  const inner = line === '' ? '' : line + step
  const colon = line === '' ? ':' : ': '
  let text = '{'
  for (const key of keys) {
    const value = object[key]
    if (value === undefined) continue
    text += (text === '{' ? '' : ',') + inner + quote(run, key) + colon + write(run, value, inner, step)
    if (text.length > run.budget.text) throw new Fault('U1003')
  }
  return run.ascend(text === '{' ? '{}' : `${text}${line}}`)
}

function quote(run: Run, text: string): string {
  run.text(text.length + 2)
  return JSON.stringify(text)
}
