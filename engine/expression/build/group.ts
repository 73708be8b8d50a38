import { objectOf } from '../../core/shape.ts'
import type { Group, Node, ObjectConstructor } from '../ast.ts'
import type { Run } from '../budget.ts'
import { checkKeys } from '../check.ts'
import { Fault } from '../errors.ts'
import { kindOf } from '../kind.ts'
import type { Evaluate, Frame, Scope } from '../scope.ts'
import { define, extend, isList, type List, type Plain } from '../values.ts'
import { weigh } from '../weight.ts'
import type { Builder, Compiler } from './compiler.ts'

/** `{ key: value }` over a value: a list is grouped by the keys of its members, one thing is one member. */
export type Grouping = (value: unknown, frame: Frame) => Plain

interface Pair {
  readonly key: Evaluate
  readonly value: Evaluate
}

/** What belongs to one key: which pair made it, and its members. */
interface Entry<Member> {
  readonly pair: number
  readonly members: Member[]
}

export const buildObject: Builder<ObjectConstructor> = (node, scope, compiler) => buildGroup(node, scope, compiler)

export function buildGroup(group: Group, scope: Scope, compiler: Compiler): Grouping {
  const pairs = buildPairs(group, scope, compiler)
  const weight = weighPairs(group)
  const direct = buildDirect(group, pairs)
  return (value, frame) => {
    if (direct !== undefined && !isList(value)) return direct(value, frame)
    const run = frame[1]
    const list = !isList(value) || value.length === 0 ? [isList(value) ? undefined : value] : value
    run.charge(list.length * weight)
    const entries = collect(run, group, pairs, list, (key, item) => key(item, frame))
    const result: Plain = {}
    for (const [key, { pair, members }] of entries) {
      run.charge(weight)
      const made = pairs[pair]?.value(gather(run, members), frame)
      if (made !== undefined) define(result, key, made)
    }
    return result
  }
}

export function buildPairs(group: Group, scope: Scope, compiler: Compiler): readonly Pair[] {
  checkKeys(group, compiler)
  return group.lhs.map(([key, value]) => ({ key: compiler.build(key, scope), value: compiler.build(value, scope) }))
}

export const weighPairs = (group: Group): number => group.lhs.flat().reduce((weight, node) => weight + weigh(node), 1)

/** The members by key, in the order in which the keys came; in the result those like integers come first, as in any object. */
export function collect<Member>(
  run: Run,
  group: Group,
  pairs: readonly Pair[],
  list: readonly Member[],
  keyOf: (key: Evaluate, member: Member) => unknown,
): ReadonlyMap<string, Entry<Member>> {
  const entries = new Map<string, Entry<Member>>()
  const place = { position: group.position, token: '{' }
  run.allocate(list.length * pairs.length * 8)
  for (const member of list) {
    for (let index = 0; index < pairs.length; index += 1) {
      const pair = pairs[index]
      const key = pair === undefined ? undefined : keyOf(pair.key, member)
      if (key === undefined) continue
      if (typeof key !== 'string') throw new Fault('T1003', { ...place, got: kindOf(key) })
      const entry = entries.get(key)
      if (entry !== undefined && entry.pair !== index) throw new Fault('D1009', place)
      if (entry === undefined) {
        if (isReserved(key)) throw new Fault('D1013', place)
        run.allocate(48 + key.length)
        entries.set(key, { pair: index, members: [member] })
      } else entry.members.push(member)
    }
  }
  return entries
}

/** What JSONata's append makes of one after the other: one stays itself, several are a list into which lists are flattened. */
export function gather(run: Run, members: List): unknown {
  if (members.length === 1) return members[0]
  if (members.every(isSingle)) return members
  const present = members.filter(member => member !== undefined)
  if (present.length <= 1) return present[0]
  const list: List = []
  run.charge(present.length)
  run.allocate(present.length * 8)
  for (const member of present) {
    if (isList(member)) extend(run, list, member)
    else list.push(member)
  }
  return list
}

const isSingle = (member: unknown): boolean => member !== undefined && !isList(member)

const isReserved = (key: string): boolean => key === '_jsonata_lambda' || key === '_jsonata_function'

/** Literal keys, all different, over one thing: an object is simply made. */
function buildDirect(group: Group, pairs: readonly Pair[]): Grouping | undefined {
  const keys = group.lhs.map(([key]) => literalKey(key))
  if (keys.some(key => key === undefined || isReserved(key) || key === '__proto__') || new Set(keys).size < keys.length) return undefined
  const make = objectOf(
    keys.map(key => key ?? ''),
    pairs.map(pair => pair.value),
  )
  const size = 32 + 16 * keys.length
  return (input, frame) => {
    frame[1].allocate(size)
    return make(input, frame)
  }
}

const literalKey = (node: Node): string | undefined =>
  node.type === 'string' && typeof node.value === 'string' && node.predicate === undefined ? node.value : undefined
