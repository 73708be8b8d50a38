import type { Described, DescribedChannel, Description } from '../describe.ts'
import { type Change, compare as changed, type Plan, plan } from '../plan.ts'
import { align } from './align.ts'
import { contractNotices } from './contract.ts'
import type { Notice } from './notice.ts'
import { routeNotices } from './routes.ts'

/** What becomes of one configuration when another takes its place. Ids, in the order of kinds. */
export interface Comparison {
  readonly starts: readonly string[]
  readonly changes: readonly string[]
  readonly stops: readonly string[]
  /** How many of each kind stay as they are; kinds of which there is none are left out. */
  readonly keeps: readonly Kept[]
  /** Addresses and connections that do not stay as they are. */
  readonly flinches: readonly string[]
  /** What clients will notice, what breaks them first. */
  readonly notices: readonly Notice[]
}

export interface Kept {
  readonly kind: 'listener' | 'security entry' | 'connector' | 'pipeline' | 'channel'
  readonly count: number
}

export function compare(before: Description, next: Description): Comparison {
  const old = align(before, next)
  const lives = plan(planned(old), planned(next), channel => channel.consuming)
  const kinds = [
    { kind: 'listener', change: changed(old.listeners.map(withHash), next.listeners.map(withHash)) },
    { kind: 'security entry', change: changed(old.security, next.security) },
    { kind: 'connector', change: lives.connectors },
    { kind: 'pipeline', change: changed(old.pipelines, next.pipelines) },
    { kind: 'channel', change: changed(channelsOf(old), channelsOf(next)) },
  ] as const
  const all = kinds.map(({ kind, change }) => ({ kind, ...split(change) }))
  const notices = [...routeNotices(old, next), ...listenerNotices(old, next), ...contractNotices(old, next)]
  return {
    starts: all.flatMap(one => one.starts),
    changes: all.flatMap(one => one.changes),
    stops: all.flatMap(one => one.stops),
    keeps: all.filter(({ count }) => count > 0).map(({ kind, count }) => ({ kind, count })),
    flinches: flinches(old, next, lives),
    notices: [...notices.filter(({ breaking }) => breaking), ...notices.filter(({ breaking }) => !breaking)],
  }
}

const channelsOf = ({ pipelines }: Description): readonly DescribedChannel[] => pipelines.flatMap(({ channels }) => channels)

const planned = ({ connectors, pipelines }: Description) => ({
  connectors: new Map(connectors.map(one => [one.id, one])),
  pipelines: new Map(pipelines.map(one => [one.name, one])),
})

interface Split {
  readonly starts: readonly string[]
  readonly changes: readonly string[]
  readonly stops: readonly string[]
  readonly count: number
}

function split({ keep, start, stop }: Change<{ readonly id: string }>): Split {
  const gone = new Set(stop.map(({ id }) => id))
  const made = new Set(start.map(({ id }) => id))
  return {
    starts: start.map(({ id }) => id).filter(id => !gone.has(id)),
    changes: start.map(({ id }) => id).filter(id => gone.has(id)),
    stops: stop.map(({ id }) => id).filter(id => !made.has(id)),
    count: keep.length,
  }
}

const address = ({ host, port }: Description['listeners'][number]): string => `${host}:${port === 0 ? '(any)' : port}`
const withHash = (listener: Description['listeners'][number]): { readonly id: string; readonly hash: string } => ({
  id: listener.id,
  hash: address(listener),
})

function flinches(old: Description, next: Description, { connectors, stopFirst }: Plan<Described, DescribedChannel>): readonly string[] {
  const [before, after] = [old.listeners.map(address), next.listeners.map(address)]
  const anew = split(connectors).changes
  return [
    ...after.filter(one => !before.includes(one)).map(one => `${one} opens`),
    ...before.filter(one => !after.includes(one)).map(one => `${one} closes`),
    ...anew.map(id => `${id}: its connections are made anew`),
    ...[...stopFirst].map(id => `${id}: is stopped before what takes its place starts`),
  ]
}

function listenerNotices(old: Description, next: Description): readonly Notice[] {
  return old.listeners.flatMap(before => {
    const after = next.listeners.find(({ id }) => id === before.id)
    if (after === undefined || address(after) === address(before)) return []
    const text = `listener ${before.name} is at ${address(after)} now, not at ${address(before)}`
    return [{ breaking: true, subject: before.id, text }]
  })
}
