import type { Run } from '../budget.ts'
import { Fault } from '../errors.ts'
import type { Builtin } from './builtin.ts'

export const numberFunctions: readonly Builtin[] = [
  { name: 'sum', signature: '<a<n>:n>', arity: 1, call: sum },
  { name: 'max', signature: '<a<n>:n>', arity: 1, call: (run, list: Numbers) => most(run, list, Math.max) },
  { name: 'min', signature: '<a<n>:n>', arity: 1, call: (run, list: Numbers) => most(run, list, Math.min) },
  { name: 'average', signature: '<a<n>:n>', arity: 1, call: average },
  { name: 'number', signature: '<(nsb)-:n>', arity: 1, call: toNumber },
  { name: 'floor', signature: '<n-:n>', arity: 1, call: (_, value: Maybe) => (value === undefined ? undefined : Math.floor(value)) },
  { name: 'ceil', signature: '<n-:n>', arity: 1, call: (_, value: Maybe) => (value === undefined ? undefined : Math.ceil(value)) },
  { name: 'abs', signature: '<n-:n>', arity: 1, call: (_, value: Maybe) => (value === undefined ? undefined : Math.abs(value)) },
  { name: 'round', signature: '<n-n?:n>', arity: 2, call: (_, value: Maybe, precision: Maybe) => round(value, precision) },
  { name: 'sqrt', signature: '<n-:n>', arity: 1, call: squareRoot },
  { name: 'power', signature: '<n-n:n>', arity: 2, call: power },
  { name: 'random', signature: '<:n>', arity: 0, clock: true, call: () => Math.random() },
  { name: 'formatBase', signature: '<n-n?:s>', arity: 2, call: formatBase },
]

type Numbers = readonly number[] | undefined
type Maybe = number | undefined

function sum(run: Run, list: Numbers): Maybe {
  if (list === undefined) return undefined
  run.charge(list.length)
  let total = 0
  for (const value of list) total += value
  return total
}

function most(run: Run, list: Numbers, choose: (a: number, b: number) => number): Maybe {
  if (list === undefined || list.length === 0) return undefined
  run.charge(list.length)
  return list.reduce((best, value) => choose(best, value))
}

function average(run: Run, list: Numbers): Maybe {
  const total = sum(run, list)
  return list === undefined || total === undefined || list.length === 0 ? undefined : total / list.length
}

function toNumber(_run: Run, value: unknown): unknown {
  if (value === undefined || typeof value === 'number') return value
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'string') {
    if (/^-?[0-9]+(\.[0-9]+)?([Ee][-+]?[0-9]+)?$/.test(value) && Number.isFinite(Number.parseFloat(value))) return Number.parseFloat(value)
    if (/^(0[xX][0-9A-Fa-f]+|0[oO][0-7]+|0[bB][01]+)$/.test(value)) return Number(value)
  }
  throw new Fault('D3030')
}

/** Half to even. The point is shifted in the text, since multiplying by a power of ten would round by itself. */
export function round(value: Maybe, precision: Maybe): Maybe {
  if (value === undefined) return undefined
  const places = precision ?? 0
  const shifted = places === 0 ? value : shift(value, places)
  let whole = Math.round(shifted)
  if (Math.abs(whole - shifted) === 0.5 && Math.abs(whole % 2) === 1) whole -= 1
  const result = places === 0 ? whole : shift(whole, -places)
  return result === 0 ? 0 : result
}

function shift(value: number, places: number): number {
  const [digits, exponent] = String(value).split('e')
  return Number(`${digits}e${Number(exponent ?? 0) + places}`)
}

function squareRoot(_run: Run, value: Maybe): Maybe {
  if (value === undefined) return undefined
  if (value < 0) throw new Fault('D3060')
  return Math.sqrt(value)
}

function power(_run: Run, value: Maybe, exponent: Maybe): Maybe {
  if (value === undefined) return undefined
  const result = value ** (exponent ?? Number.NaN)
  if (!Number.isFinite(result)) throw new Fault('D3061')
  return result
}

function formatBase(_run: Run, value: Maybe, radix: Maybe): string | undefined {
  const whole = round(value, undefined)
  if (whole === undefined) return undefined
  const base = round(radix ?? 10, undefined) ?? 10
  if (base < 2 || base > 36) throw new Fault('D3100')
  return whole.toString(base)
}
