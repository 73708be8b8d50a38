import type { AccessRecord, Fields, Log, Logger } from '../core/ports.ts'
import { jsonLines, type Level, type LineForm, textLines } from './line.ts'

export interface LogOptions {
  /** The least that is written. */
  readonly level: Level
  readonly format: 'json' | 'text'
  /** Takes whole lines, several at once. What it throws is swallowed: a log that fails must not fail a message. */
  readonly write: (text: string) => void
}

export interface BufferedLogger extends Logger {
  /** Writes the one line of a message: event `access` at level info. Above that level nothing is made. */
  readonly access: (record: AccessRecord) => void
  /** Writes what is waiting: for the end of the process. Otherwise the next turn of the event loop does it, or 64 kB. */
  flush(): void
}

/** The gateway's log. A level that is not written costs a call of an empty function. */
export function createLog({ level, format, write }: LogOptions): BufferedLogger {
  const stacks = level === 'debug'
  const form = format === 'json' ? jsonLines(stacks) : textLines(stacks)
  const buffer = createBuffer(write)
  const least = levels.indexOf(level)
  return {
    ...logger({ form, least, add: buffer.add, fixed: '' }),
    access: levels.indexOf('info') < least ? () => {} : record => buffer.addLazily(form.access(record)),
    flush: buffer.flush,
  }
}

const levels: readonly Level[] = ['debug', 'info', 'warn', 'error']
const silent: Log = () => {}

interface Voice {
  readonly form: LineForm
  readonly least: number
  readonly add: (line: string) => void
  readonly fixed: string
}

function logger(voice: Voice): Logger {
  const { form, least, add, fixed } = voice
  const log = (level: Level): Log =>
    levels.indexOf(level) < least ? silent : (event: string, fields?: Fields) => add(form.line(level, event, fixed, fields))
  return {
    debug: log('debug'),
    info: log('info'),
    warn: log('warn'),
    error: log('error'),
    child: fields => logger({ ...voice, fixed: fixed + form.fixed(fields) }),
  }
}

interface LineBuffer {
  /** To be written with what else the turn of the event loop says. */
  readonly add: (line: string) => void
  /** To be written within `lazyMs`: one of very many, of which nobody waits for one. */
  readonly addLazily: (line: string) => void
  readonly flush: () => void
}

/** A write costs a call of the system and wakes a reader: many lines share one. */
function createBuffer(write: (text: string) => void): LineBuffer {
  // Lines are copied here while they are fresh: a text that grows from thousands of pieces costs twice as much to put together.
  const bytes = Buffer.alloc(bufferBytes)
  let used = 0
  let planned = false
  let lazy: NodeJS.Timeout | undefined
  const flush = (): void => {
    planned = false
    clearTimeout(lazy)
    lazy = undefined
    if (used === 0) return
    const text = bytes.toString('utf8', 0, used)
    used = 0
    send(text)
  }
  const send = (text: string): void => {
    try {
      write(text)
    } catch {
      // There is no other place to say it.
    }
  }
  /** False where it is on its way already. */
  const keep = (line: string): boolean => {
    const most = line.length * mostBytesOfUnit
    if (most > bufferBytes - used) flush()
    if (most > bufferBytes) {
      send(line)
      return false
    }
    used += bytes.write(line, used)
    return true
  }
  const add = (line: string): void => {
    if (!keep(line) || planned) return
    planned = true
    setImmediate(flush)
  }
  const addLazily = (line: string): void => {
    if (keep(line) && !planned) lazy ??= setTimeout(flush, lazyMs)
  }
  return { add, addLazily, flush }
}
const lazyMs = 10
const bufferBytes = 65_536
/** No unit of UTF-16 takes more in UTF-8. */
const mostBytesOfUnit = 3
