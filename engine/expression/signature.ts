import { isCallable } from './callable.ts'
import { Fault } from './errors.ts'
import { isList } from './values.ts'

/** JSONata's `<s-nn?:s>`, parsed: what a function takes. */
export interface Signature {
  readonly params: readonly Param[]
  /** The fewest and the most arguments that can be right; a missing one may be the context's. */
  readonly least: number
  readonly most: number
}

export interface Param {
  /** The kinds it takes: s n b l o a f, and m for nothing. */
  readonly kinds: string
  readonly array: boolean
  /** The kind of every member, where it takes a list. */
  readonly member?: string | undefined
  readonly optional: boolean
  /** The context stands in where the argument is missing. */
  readonly context: boolean
  readonly repeated: boolean
}

/** Throws a Fault S0401 or S0402 where it is malformed. */
export function parseSignature(definition: string): Signature {
  const params: Param[] = []
  const change = (with_: Partial<Param>): void => {
    const last = params.pop()
    if (last !== undefined) params.push({ ...last, ...with_ })
  }
  for (let at = 1; at < definition.length && definition[at] !== ':'; at += 1) {
    const symbol = definition.charAt(at)
    const kinds = kindsBySymbol.get(symbol)
    if (kinds !== undefined) params.push({ kinds, array: symbol === 'a', optional: false, context: false, repeated: false })
    else if (symbol === '-') change({ context: true, optional: true })
    else if (symbol === '?') change({ optional: true })
    else if (symbol === '+') change({ repeated: true })
    else if (symbol === '(') {
      const end = closing(definition, at, '(', ')')
      const choice = definition.slice(at + 1, end)
      if (choice.includes('<')) throw new Fault('S0402')
      params.push({ kinds: `${choice}m`, array: false, optional: false, context: false, repeated: false })
      at = end
    } else if (symbol === '<') {
      const end = closing(definition, at, '<', '>')
      const last = params.at(-1)
      if (last === undefined || !(last.array || last.kinds === 'f')) throw new Fault('S0401')
      change({ member: definition.slice(at + 1, end) })
      at = end
    }
  }
  const least = params.filter(param => !param.optional).length
  return { params, least, most: params.some(param => param.repeated) ? Number.POSITIVE_INFINITY : params.length }
}

/** Whether an argument is right for a parameter as it stands, without the context's help and without becoming a list. */
export function fits(param: Param, value: unknown): boolean {
  const kind = kindOfValue(value)
  if (!param.kinds.includes(kind)) return false
  if (!param.array || kind === 'm') return true
  return isList(value) && (param.member === undefined || membersAre(value, param.member))
}

/** The arguments as the function takes them: lists made, context filled in. Throws T0410, T0411, T0412. */
export function validate(signature: Signature, args: readonly unknown[], context: unknown): readonly unknown[] {
  const { params } = signature
  const counts = assign(params, args.map(kindOfValue).join(''))
  if (counts === undefined) throw new Fault('T0410')
  const valid: unknown[] = []
  let at = 0
  for (const [index, param] of params.entries()) {
    const count = counts[index] ?? 0
    if (count === 0 && param.context) {
      if (!param.kinds.includes(kindOfValue(context))) throw new Fault('T0411')
      valid.push(context)
      continue
    }
    if (count === 0) {
      valid.push(args[at])
      at += 1
    }
    for (let taken = 0; taken < count; taken += 1) {
      valid.push(param.array ? asList(param, args[at], count) : args[at])
      at += 1
    }
  }
  return valid
}

/**
 * Whether a call may take its context for a missing argument: `given` are the kinds of its arguments, as far as they are known.
 * A text in place of a number moves all arguments by one, so every combination of kinds has to be looked at.
 */
export function mayTakeContext(signature: Signature, given: readonly (string | undefined)[]): boolean {
  const { params } = signature
  if (given.length >= signature.most || !params.some(param => param.context)) return false
  const alphabet = [...new Set(params.map(param => param.kinds).join(''))].filter(kind => kind !== 'l' && kind !== 'b')
  const taken = (kinds: string, index: number): boolean => {
    if (index < given.length) return (given[index] === undefined ? alphabet : [given[index]]).some(kind => taken(kinds + kind, index + 1))
    return assign(params, kinds)?.some((count, at) => count === 0 && params[at]?.context === true) === true
  }
  return taken('', 0)
}

const kindsBySymbol: ReadonlyMap<string, string> = new Map([
  ['s', 'sm'],
  ['n', 'nm'],
  ['b', 'bm'],
  ['l', 'lm'],
  ['o', 'om'],
  ['a', 'asnblfom'],
  ['f', 'f'],
  ['j', 'asnblom'],
  ['x', 'asnblfom'],
])

function kindOfValue(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return 's'
    case 'number':
      return 'n'
    case 'boolean':
      return 'b'
    case 'object':
      if (value === null) return 'l'
      if (isList(value)) return 'a'
      return isCallable(value) ? 'f' : 'o'
    default:
      return 'm'
  }
}

function closing(text: string, from: number, open: string, close: string): number {
  let depth = 1
  for (let at = from + 1; at < text.length; at += 1) {
    if (text[at] === close) depth -= 1
    if (depth === 0) return at
    if (text[at] === open) depth += 1
  }
  return text.length
}

/**
 * How many arguments each parameter takes: the first way that a greedy regular expression over the kinds would find.
 * What failed is remembered, so that no signature and no number of arguments makes it slow.
 */
function assign(params: readonly Param[], kinds: string): readonly number[] | undefined {
  const failed = new Set<number>()
  const counts: number[] = []
  const from = (index: number, at: number): boolean => {
    const param = params[index]
    if (param === undefined) return at === kinds.length
    const state = index * (kinds.length + 1) + at
    if (failed.has(state)) return false
    let most = 0
    const limit = param.repeated ? kinds.length - at : 1
    while (most < limit && at + most < kinds.length && param.kinds.includes(kinds.charAt(at + most))) most += 1
    for (let count = most; count >= (param.optional ? 0 : 1); count -= 1) {
      counts[index] = count
      if (from(index + 1, at + count)) return true
    }
    failed.add(state)
    return false
  }
  return from(0, 0) ? counts : undefined
}

function asList(param: Param, value: unknown, count: number): unknown {
  if (value === undefined) return undefined
  if (isList(value)) {
    if (param.member !== undefined && !membersAre(value, param.member)) throw new Fault('T0412')
    return value
  }
  if (param.member !== undefined && kindOfValue(value).repeat(count) !== param.member) throw new Fault('T0412')
  return [value]
}

function membersAre(list: readonly unknown[], member: string): boolean {
  const kind = member.charAt(0)
  for (const item of list) if (kindOfValue(item) !== kind) return false
  return true
}
