import type { TickRecord } from '../../engine/core/ticks.ts'

/** One run, as the system that was called saw it. */
export interface TickRun {
  readonly channel: string
  /** Milliseconds since the epoch. */
  readonly tick: number
  readonly attempt: number
}

export interface TickJournal {
  /** Each with its interval, in milliseconds. */
  readonly every: number
  /** Ticks after it and up to `to` count. */
  readonly from: number
  readonly to: number
  readonly runs: readonly TickRun[]
  /** By channel: what the store remembers. */
  readonly records: ReadonlyMap<string, readonly TickRecord[]>
  /** By channel: ticks that are not over, with whether a node died with them. */
  readonly open: ReadonlyMap<string, readonly { readonly tick: number; readonly held: boolean }[]>
  /** By channel: how many ticks the nodes said were missed. */
  readonly missed: ReadonlyMap<string, number>
  /** Whether a node may have counted it as missed, and was killed before it said so. */
  readonly unsaid?: (channel: string, tick: number) => boolean
}

/** What is wrong with how a cluster ran its ticks: each was run once, or its node died with it, or it was skipped or counted as missed. */
export function judge(journal: TickJournal): readonly string[] {
  const runs = Map.groupBy(journal.runs, ({ channel, tick }) => `${channel} ${tick}`)
  return [...journal.records.keys()].flatMap(channel => judgeChannel(channel, journal, runs))
}

function judgeChannel(channel: string, journal: TickJournal, runs: ReadonlyMap<string, readonly TickRun[]>): readonly string[] {
  const { every, from, to, missed, unsaid = () => false } = journal
  const records = new Map(journal.records.get(channel)?.map(record => [record.tick, record]))
  const open = new Map(journal.open.get(channel)?.map(one => [one.tick, one]))
  const faults: string[] = []
  const absent: string[] = []
  for (let tick = (Math.floor(from / every) + 1) * every; tick <= to; tick += every) {
    const name = `${channel} ${new Date(tick).toISOString()}`
    const made = runs.get(`${channel} ${tick}`) ?? []
    const record = records.get(tick)
    if (made.filter(({ attempt }) => attempt === 1).length > 1) faults.push(`${name} was claimed twice`)
    if (record === undefined && open.get(tick)?.held === false) faults.push(`${name} was left alone`)
    if (record === undefined && !open.has(tick) && !unsaid(channel, tick)) absent.push(new Date(tick).toISOString())
    if (record?.outcome === 'ran' && made.length === 0) faults.push(`${name} is said to have run`)
    if (record?.outcome === 'ran' && made.length > record.attempts)
      faults.push(`${name} ran ${made.length} times in ${record.attempts} attempts`)
    if (record !== undefined && record.outcome !== 'ran' && made.length > 0) faults.push(`${name} ran, and is ${record.outcome}`)
  }
  const counted = missed.get(channel) ?? 0
  if (absent.length > counted)
    faults.push(`${channel} lacks ${absent.length} ticks, ${absent.slice(-3).join(' ')}, and ${counted} were counted`)
  return faults
}
