import { Fault } from '../errors.ts'

/** An offset from UTC as pictures take it: `+0530`, hours and minutes as one number. */
export const isOffset = (value: unknown): value is string => typeof value === 'string' && /^[+-]?\d{1,4}$/.test(value)

/** In minutes, as JSONata counts. */
export function offsetMinutes(offset: string): number {
  const number = Number.parseInt(offset, 10)
  return 60 * Math.floor(number / 100) + (number % 100)
}

/** The offset of an IANA time zone at an instant. The zone asked for last is kept, for making a formatter takes long. Throws a Fault U1013. */
export function zoneOffsets(): (millis: number, zone: string) => string {
  let last: { readonly zone: string; readonly formatter: Intl.DateTimeFormat } | undefined
  return (millis, zone) => {
    if (last?.zone !== zone) last = { zone, formatter: formatterOf(zone) }
    const name = last.formatter.formatToParts(millis).find(part => part.type === 'timeZoneName')?.value ?? ''
    const [, sign = '+', hours = '00', minutes = '00'] = /^GMT([+-])(\d\d):(\d\d)/.exec(name) ?? []
    // west of UTC the minutes are taken off the hour before: JSONata rounds -0330 down to four hours
    if (sign === '-' && minutes !== '00' && hours !== '00') return `-${Number(hours) * 100 - 100 + Number(minutes)}`
    return `${sign}${hours}${minutes}`
  }
}

function formatterOf(zone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })
  } catch {
    throw new Fault('U1013', { token: '$dateFormat' })
  }
}
