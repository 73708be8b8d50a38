/** One request of the load, as its client saw it. Times are milliseconds of one clock. */
export interface Entry {
  readonly route: string
  readonly sent: number
  readonly received: number
  /** Status and body, or `failed: …`. */
  readonly answer: string
}

/** What a route may answer, from the moment a change was asked for until the next one was seen to be done. */
export interface Truth {
  readonly route: string
  readonly answer: string
  readonly from: number
  readonly until: number
}

/**
 * All that a client may not see: an answer that is none of those that were true while its request was on the way, and a
 * newer answer followed by an older one. A route with a single truth may never answer anything else: that is "constant".
 */
export function violations(journal: readonly Entry[], truths: readonly Truth[]): readonly string[] {
  return [...journal.flatMap(entry => untrue(entry, truths)), ...backwards(journal, truths)]
}

function untrue(entry: Entry, truths: readonly Truth[]): readonly string[] {
  const possible = truths.filter(truth => truth.route === entry.route && truth.from <= entry.received && truth.until >= entry.sent)
  if (possible.some(truth => truth.answer === entry.answer)) return []
  return [
    `${entry.route} answered ${entry.answer} at ${entry.sent.toFixed(0)}, where ${possible.map(truth => truth.answer).join(' or ') || 'nothing'} was true`,
  ]
}

/** Only answers that name one truth each can be put in order. */
function backwards(journal: readonly Entry[], truths: readonly Truth[]): readonly string[] {
  const found: string[] = []
  for (const [route, own] of Map.groupBy(truths, truth => truth.route)) {
    const place = new Map(own.map((truth, at) => [truth.answer, at]))
    if (place.size < own.length) continue
    const entries = journal.filter(entry => entry.route === route).sort((a, b) => a.sent - b.sent)
    const byEnd = [...entries].sort((a, b) => a.received - b.received)
    let ended = 0
    let newest = -1
    for (const entry of entries) {
      for (let last = byEnd[ended]; last !== undefined && last.received < entry.sent; last = byEnd[++ended])
        newest = Math.max(newest, place.get(last.answer) ?? -1)
      const version = place.get(entry.answer) ?? Number.POSITIVE_INFINITY
      if (version < newest)
        found.push(`${route} went back: ${entry.answer} was sent for at ${entry.sent.toFixed(0)} after ${own[newest]?.answer} had come`)
    }
  }
  return found
}
