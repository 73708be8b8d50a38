/** One message as its sender knows it. */
export interface Sent {
  readonly id: string
  /** Of its body. */
  readonly hash: string
  /** Whether the gateway said that it has it. What it did not say may have arrived, or not. */
  readonly acknowledged: boolean
  /** Messages of a lane are to arrive in the order in which they stand in the journal. */
  readonly lane?: string | undefined
}

/** One message as the sink saw it. */
export interface Delivery {
  readonly id: string
  readonly hash: string
  /** Which of the gateways delivered it: the first is 0, and each kill ends one. */
  readonly life: number
  /** By what an idempotent sink tells a repetition; the id by default. */
  readonly key?: string
}

export interface Journal {
  readonly sent: readonly Sent[]
  /** In the order in which they came. */
  readonly deliveries: readonly Delivery[]
  readonly kills: number
  /** How many messages the gateway may work on at once: so many may come again after each kill. */
  readonly inFlight: number
}

export interface Verdict {
  /** Of the sent ones, whether acknowledged or not. */
  readonly messages: number
  readonly acknowledged: number
  readonly lost: number
  readonly corrupted: number
  readonly reordered: number
  /** Deliveries beyond the first of each message. */
  readonly duplicates: number
  /** So many duplicates could be explained by the kills. */
  readonly bound: number
  /** Deliveries beyond the first of each message, behind a sink that tells repetitions. */
  readonly duplicateEffects: number
  /** What is wrong, a sentence each; nothing is: the gateway kept its promise. */
  readonly faults: readonly string[]
}

/** What the two sides of a gateway tell of it. */
export function judge({ sent, deliveries, kills, inFlight }: Journal): Verdict {
  const messages = new Map(sent.map((one, index) => [one.id, { ...one, index }]))
  const arrived = Map.groupBy(deliveries, ({ id }) => id)
  const lost = sent.filter(({ id, acknowledged }) => acknowledged && !arrived.has(id))
  const foreign = [...arrived.keys()].filter(id => !messages.has(id))
  const corrupted = deliveries.filter(({ id, hash }) => messages.has(id) && messages.get(id)?.hash !== hash)
  const repeated = [...arrived.values()].flatMap(all => all.slice(1).map((again, at) => ({ ...again, before: all[at]?.life ?? 0 })))
  const inOneLife = repeated.filter(({ life, before }) => life === before)
  // A message is explained by the kill that ended the life in which it came before.
  const crowds = [...Map.groupBy(repeated, ({ before }) => before)].filter(([, all]) => all.length > inFlight)
  const keys = new Map(deliveries.map(({ id, key = id }) => [key, id]))
  const effects = Map.groupBy(keys, ([, id]) => id)
  const doubled = [...effects].filter(([, all]) => all.length > 1)
  const reordered = backwards(deliveries, messages)
  return {
    messages: sent.length,
    acknowledged: sent.filter(({ acknowledged }) => acknowledged).length,
    lost: lost.length,
    corrupted: corrupted.length,
    reordered: reordered.length,
    duplicates: repeated.length,
    bound: kills * inFlight,
    duplicateEffects: keys.size - effects.size,
    faults: [
      ...lost.map(({ id }) => `${id} was acknowledged, and is lost`),
      ...foreign.map(id => `${id} was never sent`),
      ...corrupted.map(({ id }) => `${id} is not what was sent`),
      ...reordered.map(({ id }) => `${id} came after one that was sent later`),
      ...inOneLife.map(({ id, life }) => `${id} came twice in life ${life}`),
      ...crowds.map(([life, all]) => `${all.length} came again after life ${life}, which worked on ${inFlight} at once`),
      ...doubled.map(([id, all]) => `${id} came under ${all.length} keys`),
    ],
  }
}

/** Deliveries that go back in their lane: the last one may come again, and none before it. */
function backwards(
  deliveries: readonly Delivery[],
  messages: ReadonlyMap<string, { lane?: string | undefined; index: number }>,
): Delivery[] {
  const reached = new Map<string, number>()
  return deliveries.filter(({ id }) => {
    const { lane, index = 0 } = messages.get(id) ?? {}
    if (lane === undefined) return false
    const before = reached.get(lane) ?? -1
    reached.set(lane, Math.max(before, index))
    return index < before
  })
}
