import { round } from '../functions/number.ts'
import { grouped, groupSize } from './digits.ts'

/** Numbers that a compiled picture writes, a thousand times of which are exact; others are the borrowed function's. */
export const writable = (value: number): boolean => Math.abs(value) < 1e12

/**
 * `$formatNumber` with a picture of digits, evenly spaced commas, a point, percent and text around: what XPath's rules say of those, analysed once.
 * `undefined` for every other picture, among them all that are wrong. Takes what is `writable`.
 */
export function numberPicture(picture: string): ((value: number) => string) | undefined {
  const [first = '', second, ...more] = picture.split(';')
  const positive = analyse(first)
  const negative = second === undefined ? positive && { ...positive, prefix: `-${positive.prefix}` } : analyse(second)
  if (positive === undefined || negative === undefined || more.length > 0) return undefined
  return value => write(value >= 0 ? positive : negative, value)
}

interface Sub {
  readonly prefix: string
  readonly suffix: string
  readonly scale: number
  /** The fewest digits before the point, the fewest and the most after it. */
  readonly whole: number
  readonly fraction: number
  readonly most: number
  readonly group: number
}

/** Its round half to even is worked out in text, which more digits would not survive. */
const mostFraction = 15

function analyse(sub: string): Sub | undefined {
  const found = /^([^\d.,#]*)([#,]*[\d,]*)(?:\.(\d*)(#*))?([^\d.,#]*)$/.exec(sub)
  const [, prefix = '', whole = '', fraction = '', optional = '', suffix = ''] = found ?? []
  const scales = sub.match(/[%‰]/g) ?? []
  const group = groupSize(whole)
  const most = fraction.length + optional.length
  const wholes = whole.replace(/[#,]/g, '').length
  const any = most > 0 || /[#\d]/.test(whole)
  // an e behind the digits begins an exponent
  if (found === null || !any || group === undefined || scales.length > 1 || most > mostFraction || suffix.startsWith('e')) return undefined
  const least = wholes === 0 && most === 0 ? 1 : wholes
  return {
    prefix,
    suffix,
    scale: scales[0] === '%' ? 100 : scales[0] === '‰' ? 1000 : 1,
    whole: least,
    fraction: least === 0 && fraction === '' ? 1 : fraction.length,
    most,
    group,
  }
}

function write(sub: Sub, value: number): string {
  const number = sub.scale === 1 ? value : value * sub.scale
  let whole = ''
  let fraction = ''
  if (Number.isInteger(number)) whole = String(Math.abs(number))
  else {
    const text = decimals(Math.abs(number), sub.most)
    const point = text.length - sub.most
    whole = text.slice(0, point)
    fraction = withoutZeros(text.slice(point))
  }
  if (whole === '0') whole = ''
  if (whole.length < sub.whole) whole = whole.padStart(sub.whole, '0')
  if (fraction.length < sub.fraction) fraction = fraction.padEnd(sub.fraction, '0')
  return sub.prefix + grouped(whole, sub.group) + (fraction === '' ? '' : `.${fraction}`) + sub.suffix
}

/** The digits of a positive number rounded to so many places, half to even, without its point. */
function decimals(value: number, places: number): string {
  const power = 10 ** places
  const shifted = value * power
  const rounded = Math.round(shifted)
  // far from a half, the error of the product does not matter
  const plain = shifted < 2 ** 40 && Math.abs(Math.abs(shifted - rounded) - 0.5) > 1e-3
  const text = plain ? String(rounded) : (round(value, places) ?? 0).toFixed(places).replace('.', '')
  return text.length <= places ? text.padStart(places + 1, '0') : text
}

function withoutZeros(fraction: string): string {
  let end = fraction.length
  while (end > 0 && fraction.charCodeAt(end - 1) === 48) end -= 1
  return fraction.slice(0, end)
}
