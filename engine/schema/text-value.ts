/** The number that an integer's text says: `-?[0-9]+`, leading zeros allowed, within 2^53. Undefined for every other text. */
export function integerOf(text: string): number | undefined {
  if (!/^-?[0-9]+$/.test(text)) return undefined
  const value = Number(text)
  return Number.isSafeInteger(value) ? positiveZero(value) : undefined
}

/** The number that a text in JSON's grammar says, where a double holds it: its shortest writing has the same digits. Undefined for every other text. */
export function numberOf(text: string): number | undefined {
  if (!/^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/.test(text)) return undefined
  const value = Number(text)
  // 15 digits always survive.
  const plain = text.length <= 15 && !/[eE]/.test(text)
  if (!plain && !(Number.isFinite(value) && canonical(String(value)) === canonical(text))) return undefined
  return positiveZero(value)
}

export function booleanOf(text: string): boolean | undefined {
  if (text === 'true') return true
  return text === 'false' ? false : undefined
}

/** JSON writes both zeros as 0. */
const positiveZero = (value: number): number => (value === 0 ? 0 : value)

/** Sign, digits without zeros at the ends, and the power of ten of the first: equal for all writings of a number. */
function canonical(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = /^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?$/.exec(text) ?? []
  const digits = (whole + fraction).replace(/^0+/, '')
  const leading = whole.length + fraction.length - digits.length
  return digits === '' ? '0' : `${sign}${digits.replace(/0+$/, '')}e${Number(exponent) + whole.length - leading}`
}
