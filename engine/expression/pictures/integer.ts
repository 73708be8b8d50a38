import { digits, grouped, groupSize } from './digits.ts'

/** `$formatInteger` with a picture of plain digits as `000` or `#,##0`; `undefined` for every other picture. */
export function integerPicture(picture: string): ((value: number) => string) | undefined {
  if (!/^[#,]*[\d,]*\d$/.test(picture)) return undefined
  const group = groupSize(picture)
  const width = picture.replace(/[#,]/g, '').length
  if (group === undefined) return undefined
  if (group === 0) return value => digits(Math.floor(value), width)
  return value => {
    const whole = Math.floor(value)
    const text = grouped(digits(Math.abs(whole), width), group)
    return whole < 0 ? `-${text}` : text
  }
}
