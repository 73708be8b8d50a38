import { type Marker, timeParts } from './marker.ts'

/**
 * `$toMillis` with a picture of a whole date in digits, and as much of the time as it names: the same regular expression, made once.
 * `undefined` for every other picture: what is read from one may depend on the time at which it is read.
 */
export function timeReader(picture: string): ((text: string) => number | undefined) | undefined {
  const parts = timeParts(picture)
  if (parts === undefined) return undefined
  const markers = parts.filter(part => typeof part === 'object')
  const order = markers.map(marker => marker.component)
  const time = [...'Hmsf'].filter(component => order.includes(component)).join('')
  const whole = [...'YMD'].every(component => order.includes(component)) && 'Hmsf'.startsWith(time)
  if (!whole || new Set(order).size < order.length || order.length > time.length + 3 || markers.some(isName)) return undefined
  const pattern = new RegExp(`^${parts.map((part, index) => `(${source(part, parts[index + 1])})`).join('')}$`, 'i')
  const group = (component: string): number => parts.findIndex(part => typeof part === 'object' && part.component === component) + 1
  const [year, month, day, hour, minute, second, fraction] = [...'YMDHmsf'].map(group)
  return text => {
    const found = pattern.exec(text)
    if (found === null) return undefined
    const read = (at: number | undefined): number => (at === undefined || at === 0 ? 0 : Number.parseInt(found[at] ?? '', 10))
    const parsed = fraction === undefined || fraction === 0 ? 0 : Number.parseFloat(`0.${found[fraction]?.slice(0, 3)}`) * 1000
    return Date.UTC(read(year), Math.max(0, read(month) - 1), read(day), read(hour), read(minute), read(second), parsed)
  }
}

const isName = (marker: Marker): boolean => marker.digits === undefined

/** Digits; as many as the picture has where digits follow. */
function source(part: string | Marker, next: string | Marker | undefined): string {
  if (typeof part === 'string') return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const width = part.component === 'Y' ? (part.most ?? part.digits) : part.digits
  const fixed = part.component !== 'f' && typeof next === 'object' && next.digits !== undefined
  return fixed && width !== undefined && width > 0 ? `[0-9]{${width}}` : '[0-9]+'
}
