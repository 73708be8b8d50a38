import { setTimeout as setTimer } from 'node:timers/promises'
import type { Row as ClientRow } from 'postgres'
import { SluiceError } from '../../core/errors.ts'
import type { Status } from '../../core/ports.ts'
import type { PostgresAddress } from './address.ts'
import { type Client, connections, createClient, statementMs } from './client.ts'
import { codeOf, type Doing, isLost, needsSomebody, reasonOf, storeError } from './failure.ts'
import { numberOf, refuseNewer, upgrade, upgradeMs } from './schema.ts'
import { Slots } from './slots.ts'

export type Argument = string | number | Uint8Array | null

/**
 * A few connections to one database, made at the first use, and again whenever they are lost. For two seconds after either, calls wait for them;
 * then they fail at once, until it is there again. A call that is not answered in time takes all connections with it, since a server that is silent
 * to one is so to all.
 */
export class Link {
  readonly #address: PostgresAddress
  readonly #slots = new Slots(connections, mostWaiting)
  readonly #told = new Set<(status: Status) => void>()
  readonly #stop = new AbortController()
  /** Where it is ready. */
  #client: Client | undefined
  #connecting: Promise<void> | undefined
  /** Until when calls wait, by `performance.now()`. */
  #patientUntil = 0
  /** Why it is away. */
  #reason = 'not connected yet'
  /** What waiting will not cure. */
  #refusal: SluiceError | undefined
  #wasReady = false
  /** As it was last told. */
  #status: Status | undefined

  constructor(address: PostgresAddress) {
    this.#address = address
  }

  watch(told: (status: Status) => void): void {
    this.#told.add(told)
    if (this.#status !== undefined) told(this.#status)
  }

  /** Resolves when it is ready, or calls do not wait any more. Rejects only for what waiting will not cure: a schema of a newer program. */
  async open(): Promise<void> {
    if (this.#client === undefined && this.#connecting === undefined && !this.#stop.signal.aborted) {
      this.#tell({ state: 'connecting' })
      this.#begin()
    }
    const patience = this.#patientUntil - performance.now()
    if (this.#connecting !== undefined && patience > 0) await Promise.race([this.#connecting, pause(patience, this.#stop.signal)])
    if (this.#refusal !== undefined) throw this.#refusal
  }

  /** Rows of one statement. Rejects with STORE. */
  async query<Row extends object>(text: string, args: readonly Argument[], doing: Doing): Promise<readonly Row[]> {
    if (this.#client === undefined) await this.open()
    const release = await this.#slots.take(doing.doing)
    const client = this.#client
    try {
      if (client === undefined) throw new SluiceError('STORE', `${doing.doing} in ${this.#address.name}: ${this.#reason}`)
      const rows = await inTime(client.sql.unsafe<(Row & ClientRow)[]>(text, [...args], { prepare: true }), statementMs + 1000)
      client.sockets.answered()
      return rows
    } catch (thrown) {
      if (client !== undefined && client === this.#client && isLost(codeOf(thrown))) this.#lose(client, thrown)
      throw storeError(thrown, doing, this.#address.name)
    } finally {
      release()
    }
  }

  async close(): Promise<void> {
    this.#stop.abort()
    this.#reason = 'the store is closed'
    const client = this.#client
    this.#client = undefined
    await client?.sql.end({ timeout: 1 })
    client?.sockets.cut()
    await this.#connecting
  }

  #begin(): void {
    this.#patientUntil = performance.now() + patienceMs
    this.#connecting = this.#connect().finally(() => {
      this.#connecting = undefined
    })
  }

  async #connect(): Promise<void> {
    for (let attempt = 0; !this.#stop.signal.aborted; attempt++) {
      const client = createClient(this.#address)
      try {
        await this.#prepare(client)
        if (this.#stop.signal.aborted) return drop(client)
        this.#client = client
        this.#wasReady = true
        this.#tell({ state: 'ready' })
        return
      } catch (thrown) {
        drop(client)
        this.#explain(thrown)
        // Where somebody must act, nobody waits for it.
        if (this.#refusal !== undefined) this.#patientUntil = 0
      }
      await pause(Math.random() * Math.min(longestMs, firstMs * 2 ** attempt), this.#stop.signal)
    }
  }

  async #prepare({ sql }: Client): Promise<void> {
    const { schema, name } = this.#address
    const number = await inTime(numberOf(sql, schema), connectMs + statementMs)
    this.#refusal = refuseNewer(number, schema, name)
    if (this.#refusal !== undefined) throw this.#refusal
    await inTime(upgrade(sql, number, schema), upgradeMs + statementMs)
  }

  #lose(client: Client, thrown: unknown): void {
    this.#client = undefined
    drop(client)
    this.#explain(thrown)
    this.#begin()
  }

  #explain(thrown: unknown): void {
    if (this.#stop.signal.aborted) return
    this.#reason = thrown instanceof SluiceError ? thrown.message : reasonOf(thrown)
    const isFailed = this.#refusal !== undefined || needsSomebody(codeOf(thrown))
    const lost = this.#wasReady ? 'degraded' : 'connecting'
    this.#tell({ state: isFailed ? 'failed' : lost, reason: this.#reason })
  }

  #tell(status: Status): void {
    this.#status = status
    for (const told of this.#told) told(status)
  }
}

/** Calls that wait for a connection: a slow server must not fill the memory. */
const mostWaiting = 1000
/** Milliseconds that calls wait for a connection that was lost, or never was. */
const patienceMs = 2000
const connectMs = 4000
/** Of the pauses between attempts, full jitter. */
const firstMs = 100
const longestMs = 2000

function drop({ sql, sockets }: Client): void {
  // Its end waits for the server, which may be silent.
  void sql.end({ timeout: 0 }).catch(() => {})
  sockets.cut()
}

/** Rejects after so many milliseconds; `work` is left to its end. */
async function inTime<T>(work: PromiseLike<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error(`no answer within ${ms} ms`), { code: 'NO_ANSWER' })), ms)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

async function pause(ms: number, stop: AbortSignal): Promise<void> {
  await setTimer(ms, undefined, { signal: stop }).catch(() => {})
}
