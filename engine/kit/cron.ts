import { CronExpressionParser } from 'cron-parser'

/** A cron expression as sets of numbers. Times are of the wall clock. */
export interface CronFields {
  readonly seconds: readonly number[]
  readonly minutes: readonly number[]
  readonly hours: readonly number[]
  /** Every hour of the day matches: what it names is a rhythm and not a time of day, and goes on through a repeated hour. */
  readonly everyHour: boolean
  /** Whether the date of `day` matches, read in UTC. Where both the day of the month and the weekday are restricted, either will do (crontab(5)). */
  matches(day: Date): boolean
}

/** Why a text is no cron expression, and what to write instead. */
export interface CronFault {
  readonly fault: string
  readonly hint: string
}

/**
 * Reads five or six fields (seconds first where six) with `* ? , - /`, names, `L` and `5L`, `1#1`; or `@hourly` and its like.
 * The empty text, `H`, `W` and any other number of fields are faults.
 */
export function readCron(text: string): CronFields | CronFault {
  const expression = text.trim()
  if (expression.startsWith('@')) return names.has(expression) ? parse(expression) : unknownName(expression)
  const fields = expression === '' ? [] : expression.split(/\s+/)
  if (fields.length !== 5 && fields.length !== 6) return wrongCount(fields.length)
  const six = fields.length === 5 ? ['0', ...fields] : fields
  for (const [at, field] of rules.entries()) {
    const fault = faultOf(six, at, field)
    if (fault !== undefined) return fault
  }
  return parse(expression)
}

const names: ReadonlySet<string> = new Set([
  '@yearly',
  '@annually',
  '@monthly',
  '@weekly',
  '@daily',
  '@hourly',
  '@minutely',
  '@secondly',
  '@weekdays',
  '@weekends',
])

const unknownName = (name: string): CronFault => ({ fault: `there is no ${name}`, hint: `one of ${[...names].join(', ')}` })

const wrongCount = (count: number): CronFault => ({
  fault: `a cron expression has five or six fields, this has ${count === 0 ? 'none' : count}`,
  hint: 'minute, hour, day of the month, month, weekday, as in "0 6 * * MON-FRI"; a sixth field in front is the second',
})

interface Rule {
  readonly name: string
  readonly range: string
  readonly most: number
}

const rules: readonly Rule[] = [
  { name: 'second', range: '0-59', most: 59 },
  { name: 'minute', range: '0-59', most: 59 },
  { name: 'hour', range: '0-23', most: 23 },
  { name: 'day of the month', range: '1-31 or L, the last', most: 31 },
  { name: 'month', range: '1-12 or JAN-DEC', most: 12 },
  { name: 'weekday', range: '0-7 or SUN-SAT, 5L for the last Friday, 1#1 for the first Monday', most: 7 },
]

/** Tries one field alone, so that the fault names the field. */
function faultOf(fields: readonly string[], at: number, rule: Rule): CronFault | undefined {
  const field = fields[at] ?? ''
  const fault = { fault: `"${field}" is no ${rule.name}`, hint: `${rule.range}, with , - / and * for every one` }
  // The parser gives H (Jenkins' hash) a random value: no two nodes would name the same tick. W (the nearest working day) nobody counts alike.
  if (/[HW]/i.test(field.replace(/[a-z]{3}/gi, ''))) return { ...fault, hint: 'H and W are not taken here: write the numbers' }
  const step = /\/(\d+)/.exec(field)?.[1]
  if (step !== undefined && Number(step) > rule.most) return { ...fault, hint: `a step of ${step} is beyond ${rule.range}` }
  const alone = fields.map((_, other) => (other === at ? field : '*'))
  return 'fault' in parse(alone.join(' ')) ? fault : undefined
}

function parse(expression: string): CronFields | CronFault {
  try {
    return fieldsOf(CronExpressionParser.parse(expression).fields)
  } catch {
    return { fault: `"${expression}" names a day that never comes`, hint: 'a day that one of its months has' }
  }
}

function fieldsOf(fields: ReturnType<typeof CronExpressionParser.parse>['fields']): CronFields {
  const { dayOfMonth, dayOfWeek, month, hour, minute, second } = fields
  const months = new Set<number>(month.values)
  const either = !dayOfMonth.isWildcard && !dayOfWeek.isWildcard
  const onDay = (day: Date): boolean => dayOfMonth.values.some(value => (value === 'L' ? isInLastDays(day, 1) : value === day.getUTCDate()))
  // The library types a last weekday as 'L' and gives '5L'.
  const onWeekday = (day: Date): boolean =>
    dayOfWeek.values.map(String).some(value => Number.parseInt(value, 10) % 7 === day.getUTCDay() && isWanted(value, day))
  const isWanted = (value: string, day: Date): boolean =>
    value.endsWith('L') ? isInLastDays(day, 7) : dayOfWeek.nthDay === 0 || Math.ceil(day.getUTCDate() / 7) === dayOfWeek.nthDay
  return {
    seconds: second.values,
    minutes: minute.values,
    hours: hour.values,
    everyHour: hour.values.length === 24,
    matches: day => months.has(day.getUTCMonth() + 1) && (either ? onDay(day) || onWeekday(day) : onDay(day) && onWeekday(day)),
  }
}

const isInLastDays = (day: Date, count: number): boolean => new Date(day.getTime() + count * 86_400_000).getUTCMonth() !== day.getUTCMonth()
