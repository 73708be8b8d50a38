import { RE2JS } from 're2js'
import type { Run } from './budget.ts'
import { Callable } from './callable.ts'
import { Fault } from './errors.ts'

/** What a matcher finds; `next` finds the one after it. Groups that took no part are nothing. */
export interface Found {
  readonly match: string
  readonly start: number
  readonly end: number
  readonly groups: readonly unknown[]
}

/** Finds the first match at or after `from`. */
export type Find = (run: Run, from: number) => Found | undefined

/** A regular expression that runs in linear time. */
export interface Pattern {
  readonly source: string
  /** Instructions of its program: what one character may cost. */
  readonly size: number
  over(text: string): Find
  test(run: Run, text: string): boolean
}

const maximalSize = 1000

/** Where it cannot be used, a sentence that says why. Flags are JSONata's: i and m. */
export function compilePattern(regex: RegExp): Pattern | string {
  const flags = (regex.ignoreCase ? RE2JS.CASE_INSENSITIVE : 0) | (regex.multiline ? RE2JS.MULTILINE : 0)
  let compiled: RE2JS
  try {
    compiled = RE2JS.compile(RE2JS.translateRegExp(regex.source), flags)
  } catch (error) {
    return refusal(regex.source, error)
  }
  const size = compiled.programSize()
  if (size > maximalSize) return `the regular expression is too large: its repeats make ${size} instructions of at most ${maximalSize}`
  return pattern(compiled, regex.source, size)
}

/** A pattern as a value: calling it with a text gives the first match, as JSONata's matchers do. */
export class Matcher extends Callable {
  readonly pattern: Pattern

  constructor(pattern: Pattern) {
    super(2, (run, args) => {
      const [text, from] = args
      if (typeof text !== 'string') throw new Fault('T0410', { token: 'a regular expression' })
      return describe(run, pattern.over(text), text, typeof from === 'number' ? from : 0)
    })
    this.pattern = pattern
  }
}

/** The match after `previous`, of which an empty one would never progress. */
export function following(run: Run, find: Find, text: string, previous: Found): Found | undefined {
  if (previous.end >= text.length) return undefined
  const found = find(run, previous.end)
  if (found?.match === '') throw new Fault('D1004')
  return found
}

function pattern(compiled: RE2JS, source: string, size: number): Pattern {
  const groupCount = compiled.groupCount()
  return {
    source,
    size,
    test(run, text) {
      run.reserve(text.length * size * perCharacter)
      run.charge(text.length)
      return compiled.test(text)
    },
    over(text) {
      const matcher = compiled.matcher(text)
      return (run, from) => {
        // a match cannot be interrupted: its worst case has to fit, though what is paid is what it passed over
        run.reserve((text.length - from) * size * perCharacter)
        if (from > text.length || !matcher.find(from)) {
          run.charge(text.length)
          return undefined
        }
        const start = matcher.start()
        const end = matcher.end()
        run.charge(end - from + size + 10)
        run.allocate(200 + groupCount * 40)
        const groups: (string | undefined)[] = []
        for (let index = 1; index <= groupCount; index += 1) groups.push(matcher.group(index) ?? undefined)
        return { match: text.slice(start, end), start, end, groups }
      }
    },
  }
}

/** Steps that an instruction may cost for one character, in the worst case. */
const perCharacter = 6

function describe(run: Run, find: Find, text: string, from: number): unknown {
  const found = find(run, from)
  return found === undefined ? undefined : withNext(find, text, found)
}

function withNext(find: Find, text: string, found: Found): unknown {
  const next = new Callable(0, run => {
    const after = following(run, find, text, found)
    return after === undefined ? undefined : withNext(find, text, after)
  })
  return { ...found, next }
}

function refusal(source: string, error: unknown): string {
  if (/\(\?[=!]|\(\?<[=!]/.test(source)) return 'look-around is not available in regular expressions: they run in linear time'
  if (/\\[1-9]/.test(source)) return 'back-references are not available in regular expressions: they run in linear time'
  const reason = error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : 'it cannot be read'
  return `the regular expression cannot be used: ${reason}`
}
