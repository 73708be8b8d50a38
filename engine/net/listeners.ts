import { SluiceError } from '../core/errors.ts'
import type { AccessRecord, Logger } from '../core/ports.ts'
import type { RouteTable } from '../core/route.ts'
import { createCorrelate } from './correlation.ts'
import type { Edge } from './exchange.ts'
import { type EdgeLimits, edgeLimits } from './limits.ts'
import { Listener, type Wanted } from './listener.ts'
import { routes } from './routes.ts'

export interface ListenersOptions {
  readonly log: Logger
  readonly access: (record: AccessRecord) => void
  readonly limits?: Partial<EdgeLimits>
}

/** The sockets of one configuration, by listener name: open, and not yet serving it. */
export type Binding = ReadonlyMap<string, Listener>

/**
 * All HTTP sockets of the process. A reload binds what is new beside what is there, then swaps the routes: an address that stays never
 * refuses a connection. Between binding and the first swap a new socket answers 503.
 */
export class Listeners {
  readonly #edge: Edge
  #current: Binding = new Map()
  /** Bound, and not yet swapped in. */
  #next: Binding | undefined
  /** Stopped for `#next`, whose address overlaps theirs: `0.0.0.0:80` and `127.0.0.1:80`. */
  #paused: readonly Listener[] = []
  /** No longer wanted, and finishing. */
  readonly #retired = new Set<Listener>()

  constructor({ log, access, limits }: ListenersOptions) {
    this.#edge = { log, access, correlate: createCorrelate(), limits: { ...edgeLimits, ...limits } }
  }

  /**
   * Opens what is not open yet. Rejects with a SluiceError INTERNAL that names the address, with the listener's name as its reason: then
   * everything is as before. A binding that was never swapped in ends with the next one.
   */
  async bind(wanted: readonly Wanted[]): Promise<Binding> {
    await this.#drop()
    const open = new Set(this.#current.values())
    const kept = new Map<Wanted, Listener>()
    for (const one of wanted) {
      const listener = [...open].find(candidate => candidate.fits(one))
      if (listener === undefined) continue
      kept.set(one, listener)
      open.delete(listener)
    }
    const fresh = wanted.filter(one => !kept.has(one))
    const overlapping = [...open].filter(listener => fresh.some(({ port }) => port === listener.port))
    for (const listener of overlapping) listener.pause()
    this.#paused = overlapping

    const opened = new Map(fresh.map(one => [one, new Listener(one, this.#edge)]))
    this.#next = new Map(wanted.flatMap(one => toEntry(one, kept.get(one) ?? opened.get(one))))
    const results = await Promise.allSettled([...opened.values()].map(listener => listener.open()))
    const failed = results.find(result => result.status === 'rejected')
    if (failed === undefined) return this.#next
    await this.#drop()
    throw failed.reason
  }

  /** The commit: from here on every new request finds the routes of `table`. Listeners that it does not name take no more connections. */
  swap(binding: Binding, table: RouteTable): void {
    const made = [...binding].map(([name, listener]) => ({ listener, routes: routes(table.get(name) ?? []) }))
    const before = this.#current
    for (const { listener, routes } of made) listener.routes = routes
    this.#current = binding
    this.#next = undefined
    this.#paused = []
    const staying = new Set(binding.values())
    for (const listener of before.values()) if (!staying.has(listener)) this.#retire(listener, retireMs)
  }

  /** What is no longer wanted has finished its messages: its connections are ended. */
  release(): void {
    for (const listener of this.#retired) this.#retire(listener, releaseMs)
  }

  /** Ends everything: takes no more connections, closes idle ones, lets requests finish within `graceMs`, cuts the rest. */
  async close(graceMs: number): Promise<void> {
    await this.#drop()
    const all = new Set([...this.#current.values(), ...this.#retired])
    await Promise.all([...all].map(listener => listener.close(graceMs)))
  }

  /** Where a listener can be reached: the real port, also where any free one was asked for. Throws for a name that is not bound. */
  address(name: string): { readonly host: string; readonly port: number } {
    const listener = this.#current.get(name) ?? this.#next?.get(name)
    if (listener === undefined) throw new SluiceError('INTERNAL', `asking for the address of the listener "${name}", which is not bound`)
    return { host: listener.host, port: listener.port }
  }

  /** Lets go of a binding that did not become the current one. */
  async #drop(): Promise<void> {
    const current = new Set(this.#current.values())
    const unused = [...(this.#next?.values() ?? [])].filter(listener => !current.has(listener))
    const paused = this.#paused
    this.#next = undefined
    this.#paused = []
    await Promise.all(unused.map(listener => listener.close(0)))
    await Promise.all(paused.map(listener => listener.open()))
  }

  #retire(listener: Listener, graceMs: number): void {
    this.#retired.add(listener)
    const forget = (): boolean => this.#retired.delete(listener)
    listener.close(graceMs).then(forget, forget)
  }
}

/** Milliseconds for the requests of a listener that is gone; and for what is left of them once their pipelines are done. */
const retireMs = 60_000
const releaseMs = 1_000

const toEntry = (wanted: Wanted, listener: Listener | undefined): readonly (readonly [string, Listener])[] =>
  listener === undefined ? [] : [[wanted.name, listener]]
