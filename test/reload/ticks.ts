/** One run of the schedule that ticks every second, and of which version it was. */
export interface Ran {
  /** ISO 8601. */
  readonly tick: string
  readonly version: number
}

/** Ticks that the log says were not run, and why: `missed` before the one given, or the one given `skipped`. */
export interface Told {
  readonly tick: string
  readonly missed: number
}

const periodMs = 1_000

/** All that may not be: a tick that ran twice, one that neither ran nor was told, and one of an older version after one of a newer. */
export function wrongTicks(runs: readonly Ran[], told: readonly Told[]): readonly string[] {
  const instants = runs.map(({ tick }) => Date.parse(tick))
  const twice = runs.filter(({ tick }, at) => runs.findIndex(run => run.tick === tick) !== at).map(({ tick }) => `${tick} ran twice`)
  const known = new Set([...instants, ...told.flatMap(({ tick, missed }) => before(Date.parse(tick), missed))])
  const lost: string[] = []
  for (let at = Math.min(...instants); at < Math.max(...instants); at += periodMs)
    if (!known.has(at)) lost.push(`${new Date(at).toISOString()} did not run, and nobody said so`)
  const inOrder = runs.toSorted((a, b) => a.tick.localeCompare(b.tick))
  const back = inOrder
    .filter(({ version }, at) => version < (inOrder[at - 1]?.version ?? 0))
    .map(({ tick }) => `${tick} went back a version`)
  return [...twice, ...lost, ...back]
}

/** The ticks before one, or itself where none was missed before it. */
const before = (tick: number, missed: number): readonly number[] =>
  missed === 0 ? [tick] : Array.from({ length: missed }, (_, at) => tick - (at + 1) * periodMs)

/** What the lines of a JSON log tell of ticks. */
export function ticksIn(lines: readonly string[]): { readonly runs: readonly Ran[]; readonly told: readonly Told[] } {
  const entries = lines.filter(line => /"event":"(ticked|schedule tick)/.test(line)).map(line => JSON.parse(line))
  return {
    runs: entries.filter(({ event }) => event === 'ticked').map(({ tick, version }) => ({ tick, version })),
    told: entries
      .filter(({ event }) => event !== 'ticked')
      .map(({ tick, newest, missed }) => ({ tick: tick ?? newest, missed: missed ?? 0 })),
  }
}
