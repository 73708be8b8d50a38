/** One `[…]` of a date picture. */
export interface Marker {
  readonly component: string
  /** Fewest digits, and how many places for digits there are in all; nothing where it is a name. */
  readonly digits: number | undefined
  readonly places: number
  readonly names: 'upper' | 'lower' | 'title' | undefined
  /** The widths behind its comma. */
  readonly least: number | undefined
  readonly most: number | undefined
  readonly text: string
}

/** The text and the markers of a date picture, in order; `undefined` for one with anything else than plain digits and names. */
export function timeParts(picture: string): readonly (string | Marker)[] | undefined {
  const parts: (string | Marker)[] = []
  let at = 0
  while (at < picture.length) {
    const open = picture.indexOf('[', at)
    const literal = picture.slice(at, open < 0 ? picture.length : open).replaceAll(']]', ']')
    if (literal !== '') parts.push(literal)
    if (open < 0) break
    if (picture[open + 1] === '[') {
      parts.push('[')
      at = open + 2
      continue
    }
    const close = picture.indexOf(']', open)
    const marker = close < 0 ? undefined : markerOf(picture.slice(open + 1, close).replace(/\s+/g, ''))
    if (marker === undefined) return undefined
    parts.push(marker)
    at = close + 1
  }
  return parts
}

/** What is written for every instant alike: components that there are not, or none at all; a sentence without its subject. */
export function emptyPicture(picture: string): string | undefined {
  const components = [...picture.replaceAll('[[', '').matchAll(/\[\s*([^\]\s])/g)].map(([, component = '']) => component)
  const unknown = components.find(component => !'YMDdFWwXxHhPmsfZzCE'.includes(component))
  if (unknown !== undefined) return `has [${unknown}…] in it, which is no part of a time`
  return components.length === 0 ? 'has nothing in [ ], and is the same for every time' : undefined
}

const shape = /^([YMDdFHhmsfPZzCE])(.*?)(?:,(\*|\d{1,2})(?:-(\*|\d{1,2}))?)?$/
const defaults: ReadonlyMap<string, string> = new Map([
  ['m', '01'],
  ['s', '01'],
  ['F', 'n'],
  ['P', 'n'],
])

function markerOf(text: string): Marker | undefined {
  const [, component = '', written = '', least, most] = shape.exec(text) ?? []
  if (component === '') return undefined
  const presentation = written === '' ? (defaults.get(component) ?? '1') : written
  const names = namings.get(presentation)
  const widths = { least: width(least), most: width(most), text }
  if ('ZzCE'.includes(component)) return { component, digits: undefined, places: 0, names: undefined, ...widths }
  if ('MFP'.includes(component) && names !== undefined) return { component, digits: undefined, places: 0, names, ...widths }
  if (component === 'P' || !/^#*\d+$/.test(presentation)) return undefined
  const digits = Math.max(presentation.replaceAll('#', '').length, widths.least ?? 0)
  return { component, digits, places: digits + presentation.length - presentation.replaceAll('#', '').length, names: undefined, ...widths }
}

const namings: ReadonlyMap<string, 'upper' | 'lower' | 'title'> = new Map([
  ['N', 'upper'],
  ['n', 'lower'],
  ['Nn', 'title'],
])

const width = (text: string | undefined): number | undefined => (text === undefined || text === '*' ? undefined : Number(text))
