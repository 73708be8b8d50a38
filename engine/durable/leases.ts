import type { Logger } from '../core/ports.ts'
import type { Store, StoreKind } from '../core/store.ts'

export interface LeasesOptions {
  readonly store: Store
  readonly kind: StoreKind
  /** Who holds them; unique in the cluster. */
  readonly owner: string
  /** How long a lease is another's to wait for after its holder died, in milliseconds. */
  readonly leaseMs: number
  /** How often it is renewed. */
  readonly renewMs: number
  /** So long before it ends, unless it was renewed, it counts as lost: the time to stop in. */
  readonly marginMs: number
  readonly log: Logger
}

/** One lease that this process has. */
export interface Held {
  /** False as soon as somebody else may have it: asked where no timer could run, as in a process that was stopped. */
  readonly sure: boolean
  /** It is renewed no more. What becomes of the entry is the holder's affair. */
  release(): void
}

interface Holding {
  /** By `performance.now()`, which no change of the clock moves. */
  until: number
  readonly lost: () => void
}

/** How often is looked, in milliseconds, while any lease is held. */
const lookMs = 500
/** How soon a renewal that failed is tried again. */
const againMs = 1_000

/** Leases of one kind that this process holds: renewed together while there are any, and told lost before they are another's. */
export class Leases {
  readonly leaseMs: number
  readonly #options: LeasesOptions
  readonly #held = new Map<string, Holding>()
  #timer: NodeJS.Timeout | undefined
  #renewing = false
  #renewAt = 0

  constructor(options: LeasesOptions) {
    this.#options = options
    this.leaseMs = options.leaseMs
  }

  /** `claimedAt`: `performance.now()` from before the claim was sent. `lost` is called once at most, and never after `release`. */
  hold(key: string, claimedAt: number, lost: () => void): Held {
    const { leaseMs, renewMs, marginMs } = this.#options
    const holding: Holding = { until: claimedAt + leaseMs - marginMs, lost }
    if (this.#held.size === 0) this.#renewAt = claimedAt + renewMs
    this.#held.set(key, holding)
    this.#timer ??= setInterval(() => this.#look(), lookMs).unref()
    return {
      get sure() {
        return performance.now() < holding.until
      },
      release: () => {
        if (this.#held.get(key) === holding) this.#drop(key)
      },
    }
  }

  #look(): void {
    const now = performance.now()
    for (const [key, { until }] of this.#held) if (now >= until) this.#lose(key)
    if (this.#renewing || this.#held.size === 0 || now < this.#renewAt) return
    this.#renewing = true
    void this.#renew(now)
  }

  /** Never rejects. */
  async #renew(now: number): Promise<void> {
    const { store, kind, owner, leaseMs, renewMs, marginMs, log } = this.#options
    const asked = new Map(this.#held)
    try {
      const kept = await store.renew(kind, [...asked.keys()], owner, leaseMs)
      for (const [key, holding] of asked) {
        if (this.#held.get(key) !== holding) continue
        if (kept.has(key)) holding.until = now + leaseMs - marginMs
        else this.#lose(key)
      }
      this.#renewAt = now + renewMs
    } catch (error) {
      log.warn('leases', { kind, held: asked.size, error })
      this.#renewAt = now + againMs
    }
    this.#renewing = false
  }

  #lose(key: string): void {
    const { kind, log } = this.#options
    const holding = this.#held.get(key)
    this.#drop(key)
    log.warn('lease lost', { kind, key })
    holding?.lost()
  }

  #drop(key: string): void {
    this.#held.delete(key)
    if (this.#held.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}
