import type { Logger, Status } from '../core/ports.ts'

/** How every component is, as it last said. A change is one line in the log. */
export class Statuses {
  readonly #known = new Map<string, Status>()
  readonly #log: Logger

  constructor(log: Logger) {
    this.#log = log
  }

  set(id: string, status: Status): void {
    const before = this.#known.get(id)
    if (before?.state === status.state && before.reason === status.reason) return
    this.#known.set(id, status)
    const level = status.state === 'ready' || status.state === 'connecting' ? 'info' : 'warn'
    this.#log[level]('status', { component: id, state: status.state, reason: status.reason })
  }

  get(id: string): Status | undefined {
    return this.#known.get(id)
  }

  /** Forgets all but these. */
  retain(ids: ReadonlySet<string>): void {
    for (const id of this.#known.keys()) if (!ids.has(id)) this.#known.delete(id)
  }

  all(): ReadonlyMap<string, Status> {
    return new Map([...this.#known].sort(([a], [b]) => (a < b ? -1 : 1)))
  }
}
