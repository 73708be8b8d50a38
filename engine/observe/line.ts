import type { AccessRecord, Fields } from '../core/ports.ts'
import { createAccessFacts } from './access.ts'
import { quote, serialise } from './serialise.ts'

export type Level = 'debug' | 'info' | 'warn' | 'error'

/** Renders one line, with its end. `fixed` is what `fixed()` made of the fields of a child. */
export interface LineForm {
  line(level: Level, event: string, fixed: string, fields: Fields | undefined): string
  fixed(fields: Fields): string
  /** The one line of a message: event `access` at level info. */
  access(record: AccessRecord): string
}

/** One JSON object: `time`, `level`, `event`, then the facts. A fact that has one of these three names gets a `_` behind it. */
export function jsonLines(stacks: boolean): LineForm {
  const time = createTimestamp()
  const label = createLabel()
  const accessFacts = createAccessFacts()
  const options = { stacks }
  const facts = (fields: Fields): string => {
    let text = ''
    for (const name of Object.keys(fields)) {
      const value = fields[name]
      if (value !== undefined) text += label(name) + serialise(value, options)
    }
    return text
  }
  return {
    line: (level, event, fixed, fields) =>
      `{"time":"${time(Date.now())}","level":"${level}","event":${quote(event)}${fixed}${fields === undefined ? '' : facts(fields)}}\n`,
    fixed: facts,
    access: record => `{"time":"${time(Date.now())}","level":"info","event":"access"${accessFacts(record)}}\n`,
  }
}

/** For a terminal: `12:03:01.123 info  access  status=200 path=/hello`. */
export function textLines(stacks: boolean): LineForm {
  const time = createTimestamp()
  const facts = (fields: Fields): string => {
    let text = ''
    for (const [name, value] of Object.entries(fields)) if (value !== undefined) text += ` ${bare(name)}=${fact(value, stacks)}`
    return text
  }
  const line: LineForm['line'] = (level, event, fixed, fields) =>
    `${time(Date.now()).slice(11, 23)} ${level.padEnd(5)} ${bare(event)}${fixed}${fields === undefined ? '' : facts(fields)}\n`
  return {
    line,
    fixed: facts,
    access: record => line('info', 'access', '', { ...record, durationMs: Math.round(record.durationMs * 1000) / 1000 }),
  }
}

/** `,"name":`, made once for names that come again and again. */
function createLabel(): (name: string) => string {
  const labels = new Map<string, string>()
  return name => {
    const before = labels.get(name)
    if (before !== undefined) return before
    const label = `,${quote(reserved.has(name) ? `${name}_` : name)}:`
    // An author's log step may make up names for ever.
    if (labels.size < 500 && name.length < 100) labels.set(name, label)
    return label
  }
}

const reserved: ReadonlySet<string> = new Set(['time', 'level', 'event'])

function fact(value: unknown, stacks: boolean): string {
  return typeof value === 'string' && value.length <= 8_192 ? bare(value) : serialise(value, { stacks })
}

/** Without quotes where nothing can be misread. */
const bare = (text: string): string => (/^[\w./:@+*{}-]+$/.test(text) ? text : quote(text))

/** ISO 8601 in UTC. What changes once a second is made once a second. */
function createTimestamp(): (now: number) => string {
  let second = Number.NaN
  let prefix = ''
  let last = Number.NaN
  let text = ''
  return now => {
    if (now === last) return text
    last = now
    const whole = Math.floor(now / 1000)
    if (whole !== second) {
      second = whole
      prefix = new Date(whole * 1000).toISOString().slice(0, 20)
    }
    const milliseconds = now - whole * 1000
    text = `${prefix}${milliseconds < 10 ? '00' : milliseconds < 100 ? '0' : ''}${milliseconds}Z`
    return text
  }
}
