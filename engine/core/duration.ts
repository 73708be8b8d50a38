/** Milliseconds at run time; `250ms 10s 5m 1h 1d` in YAML. */
export type Duration = number
/** Bytes at run time; `64kB 10MB` in YAML, powers of 1024. */
export type Size = number

const durations: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const sizes: Readonly<Record<string, number>> = { B: 1, kB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 }

/** As in schemas/common/. */
const durationPattern = '^[0-9]+(ms|s|m|h|d)$'
const sizePattern = '^[0-9]+(B|kB|MB|GB)$'

/** `undefined` where the text is not a duration. */
export const parseDuration = (text: string): Duration | undefined => parse(text, durationPattern, durations)
export const parseSize = (text: string): Size | undefined => parse(text, sizePattern, sizes)

function parse(text: string, pattern: string, units: Readonly<Record<string, number>>): number | undefined {
  const unit = new RegExp(pattern).exec(text)?.[1]
  if (unit === undefined) return undefined
  const factor = units[unit]
  return factor === undefined ? undefined : Number.parseInt(text, 10) * factor
}

/** The shortest text that says it: `90s`, `1500ms`, `2h`. */
export const formatDuration = (milliseconds: Duration): string => format(milliseconds, durations) ?? `${Math.round(milliseconds)}ms`
/** `64kB`, `10MB`, `1500B`. */
export const formatSize = (bytes: Size): string => format(bytes, sizes) ?? `${Math.round(bytes)}B`

function format(value: number, units: Readonly<Record<string, number>>): string | undefined {
  const found = Object.entries(units)
    .reverse()
    .find(([, factor]) => value >= factor && value % factor === 0)
  return found === undefined ? undefined : `${value / found[1]}${found[0]}`
}
