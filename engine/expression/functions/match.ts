import type { Run } from '../budget.ts'
import { type Callable, isCallable } from '../callable.ts'
import { Fault } from '../errors.ts'
import { kindOf } from '../kind.ts'
import { type Found, following, Matcher } from '../pattern.ts'
import { isObject, type List, sequence } from '../values.ts'
import type { Builtin } from './builtin.ts'

/** Functions that take a text or a matcher: a regular expression, or a function that answers like one. */
export const matchFunctions: readonly Builtin[] = [
  { name: 'match', signature: '<s-f<s:o>n?:a<o>>', arity: 3, sequence: true, call: match },
  { name: 'contains', signature: '<s-(sf):b>', arity: 2, call: contains },
  { name: 'replace', signature: '<s-(sf)(sf)n?:s>', arity: 4, call: replace },
  { name: 'split', signature: '<s-(sf)n?:a<s>>', arity: 3, call: split },
]

type Text = string | undefined
type Limit = number | undefined
type Wanted = string | Callable | undefined

function match(run: Run, text: Text, matcher: Callable, limit: Limit): List | undefined {
  if (text === undefined) return undefined
  const most = bound(limit, 'D3040')
  const results = sequence()
  const next = matches(run, matcher, text, most)
  for (let found = next(); found !== undefined; found = next())
    results.push({ match: found.match, index: found.start, groups: found.groups })
  return results
}

function contains(run: Run, text: Text, wanted: Wanted): boolean | undefined {
  if (text === undefined || wanted === undefined) return undefined
  run.charge(text.length >> 4)
  if (typeof wanted === 'string') return text.includes(wanted)
  if (wanted instanceof Matcher) return wanted.pattern.test(run, text)
  return matches(run, wanted, text, 1)() !== undefined
}

function replace(run: Run, text: Text, wanted: Wanted, replacement: Wanted, limit: Limit): Text {
  if (text === undefined) return undefined
  if (wanted === '') throw new Fault('D3010')
  const most = bound(limit, 'D3011')
  const next = typeof wanted === 'string' ? occurrences(run, wanted, text, most) : matches(run, required(wanted), text, most)
  const literal = typeof wanted === 'string' ? String(replacement) : undefined
  let result = ''
  let position = 0
  for (let found = next(); found !== undefined; found = next()) {
    const change = literal ?? substitute(run, found, replacement)
    run.text(result.length + found.start - position + change.length)
    result += text.slice(position, found.start) + change
    position = found.start + found.match.length
  }
  run.text(result.length + text.length - position)
  return result + text.slice(position)
}

function split(run: Run, text: Text, separator: Wanted, limit: Limit): unknown[] | undefined {
  if (text === undefined) return undefined
  const most = bound(limit, 'D3020')
  run.charge(text.length)
  run.allocate(text.length + 32 * Math.min(most, text.length))
  if (typeof separator === 'string') return text.split(separator, limit === undefined ? undefined : Math.floor(most))
  const parts: string[] = []
  if (most <= 0) return parts
  const next = matches(run, required(separator), text, most)
  let start = 0
  for (let found = next(); found !== undefined; found = next()) {
    parts.push(text.slice(start, found.start))
    start = found.end
  }
  if (parts.length < most) parts.push(text.slice(start))
  return parts
}

function bound(limit: Limit, code: string): number {
  if (limit !== undefined && limit < 0) throw new Fault(code)
  return limit ?? Number.POSITIVE_INFINITY
}

function required(wanted: Wanted): Callable {
  if (isCallable(wanted)) return wanted
  throw new Fault('T0410')
}

/** One match after the other, no more than `most`. */
function matches(run: Run, matcher: Callable, text: string, most: number): () => Found | undefined {
  let count = 0
  let previous: Found | undefined
  const find = matcher instanceof Matcher ? matcher.pattern.over(text) : undefined
  const advance = (): Found | undefined => {
    if (find !== undefined) return previous === undefined ? find(run, 0) : following(run, find, text, previous)
    const next = previous === undefined ? matcher : nextOf(previous)
    return checked(next?.apply(run, previous === undefined ? [text] : [], null))
  }
  return () => {
    if (count >= most || (count > 0 && previous === undefined)) return undefined
    run.charge(1)
    previous = advance()
    count += 1
    return previous
  }
}

function occurrences(run: Run, wanted: string, text: string, most: number): () => Found | undefined {
  let count = 0
  let from = 0
  return () => {
    if (count >= most) return undefined
    const start = text.indexOf(wanted, from)
    run.charge(1 + ((start < 0 ? text.length - from : start - from) >> 4))
    if (start < 0) return undefined
    count += 1
    from = start + wanted.length
    return { match: wanted, start, end: from, groups: [] }
  }
}

const nextOf = (found: Found): Callable | undefined => ('next' in found && isCallable(found.next) ? found.next : undefined)

/** What a function of the author's answered, if it is a match. */
function checked(value: unknown): Found | undefined {
  if (value === undefined) return undefined
  if (!isObject(value) || typeof value['match'] !== 'string' || typeof value['start'] !== 'number') throw new Fault('T1010')
  const { match: matched, start } = value
  const end = typeof value['end'] === 'number' ? value['end'] : start + matched.length
  const groups = Array.isArray(value['groups']) ? value['groups'] : []
  return { match: matched, start, end, groups, ...('next' in value ? { next: value['next'] } : {}) }
}

function substitute(run: Run, found: Found, replacement: Wanted): string {
  if (typeof replacement === 'string') return expand(found, replacement)
  const made = isCallable(replacement) ? replacement.apply(run, [{ ...found }], null) : undefined
  if (typeof made !== 'string') throw new Fault('D3012', { got: kindOf(made) })
  return made
}

/** `$0` is the match, `$1` a group, `$$` a dollar; of more digits as many as there are groups for. */
function expand(found: Found, replacement: string): string {
  let text = ''
  let position = 0
  for (let at = replacement.indexOf('$'); at >= 0; at = replacement.indexOf('$', position)) {
    text += replacement.slice(position, at)
    position = at + 1
    const sign = replacement.charAt(position)
    if (sign === '$' || sign === '0') {
      text += sign === '$' ? '$' : found.match
      position += 1
      continue
    }
    const count = found.groups.length
    const digits = count === 0 ? 1 : Math.floor(Math.log10(count)) + 1
    let index = Number.parseInt(replacement.slice(position, position + digits), 10)
    if (digits > 1 && index > count) index = Number.parseInt(replacement.slice(position, position + digits - 1), 10)
    if (Number.isNaN(index)) {
      text += '$'
      continue
    }
    text += String(found.groups[index - 1] ?? '')
    position += String(index).length
  }
  return text + replacement.slice(position)
}
