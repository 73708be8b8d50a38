import type { Redis, RedisOptions } from 'ioredis'
import type { Host } from '../../core/component.ts'
import { SluiceError } from '../../core/errors.ts'
import type { Secret } from '../../core/secret.ts'
import { backoff, reconnecting } from '../../kit/backoff.ts'
import { inTime } from '../../kit/in-time.ts'
import { needsSomebody, toRedisError } from './redis-error.ts'

/**
 * One connection to Redis, which comes back by itself; while it is away every call fails at once. Commands carry no timer of their own:
 * the caller's deadline bounds the wait, and a server that is silent for twice `silenceMs` while calls wait loses the connection.
 */
export class RedisLink {
  readonly #url: Secret
  readonly #host: Pick<Host, 'status' | 'log'>
  #client: Redis | undefined
  #reason: string | undefined
  #life: 'new' | 'ready' | 'stopped' = 'new'
  #waiting = 0
  #answered = 0
  #watch: NodeJS.Timeout | undefined

  constructor(url: Secret, host: Pick<Host, 'status' | 'log'>) {
    this.#url = url
    this.#host = host
  }

  /** Resolves when the first attempt to connect has come to something, `patienceMs` at most. Never rejects: what follows is a status. */
  async start(signal: AbortSignal): Promise<void> {
    this.#host.status({ state: 'connecting' })
    const { Redis } = await import('ioredis')
    if (this.#over(signal)) return
    const client = new Redis(this.#url.reveal(), { ...options, retryStrategy: attempt => backoff(attempt, reconnecting) })
    this.#client = client
    this.#listen(client)
    this.#watch = this.#watchSilence(client)
    await inTime(client.connect().then(nothing, nothing), signal, patienceMs)
  }

  stop(): void {
    this.#life = 'stopped'
    clearInterval(this.#watch)
    this.#client?.disconnect()
    this.#client = undefined
  }

  /** One command for so many `calls`. Rejects with UNREACHABLE where nothing was sent, OUTCOME_UNKNOWN where no answer came, UPSTREAM_REFUSED for an error reply. */
  call<T>(command: (client: Redis) => Promise<T>, calls = 1): Promise<T> {
    const client = this.#client
    if (client?.status !== 'ready' || this.#reason !== undefined) return Promise.reject(this.#away())
    if (this.#waiting >= mostWaiting)
      return Promise.reject(new SluiceError('OVERLOADED', `calling ${this.#url}: ${mostWaiting} calls wait for their answers`))
    this.#waiting += calls
    return command(client).then(
      value => {
        this.#waiting -= calls
        this.#answered++
        return value
      },
      error => {
        this.#waiting -= calls
        this.#answered++
        throw toRedisError(error, this.#url)
      },
    )
  }

  async ping(signal: AbortSignal): Promise<void> {
    const answered = await inTime(
      this.call(client => client.ping()),
      signal,
      patienceMs,
    )
    if (!answered) throw new SluiceError('TIMEOUT', `pinging ${this.#url}: no answer`)
  }

  #listen(client: Redis): void {
    const on = (event: string, listener: (error?: unknown) => void): void => {
      client.on(event, (error?: unknown) => {
        // A listener that throws would break the client's own recovery.
        try {
          if (this.#life !== 'stopped') listener(error)
        } catch (thrown) {
          this.#host.log.error('listener', { event, error: thrown })
        }
      })
    }
    on('connect', () => {
      this.#reason = undefined
    })
    on('error', error => {
      this.#reason = reasonOf(error)
    })
    // A refused SELECT leaves the connection ready, on another database: then it is not.
    on('ready', () => {
      if (this.#reason !== undefined) return this.#tell()
      this.#life = 'ready'
      this.#host.status({ state: 'ready' })
    })
    on('close', () => this.#tell())
  }

  #watchSilence(client: Redis): NodeJS.Timeout {
    let before = ''
    const look = (): void => {
      const expecting = client.status === 'connect' || this.#waiting > 0
      // Nothing came since the look before, and something was waited for even then.
      const now = expecting ? `${client.status} ${this.#answered}` : ''
      if (expecting && now === before) client.disconnect(true)
      before = now
    }
    return setInterval(look, silenceMs).unref()
  }

  #over(signal: AbortSignal): boolean {
    return this.#life === 'stopped' || signal.aborted
  }

  #tell(): void {
    const reason = this.#reason ?? 'the connection was closed'
    const lost = this.#life === 'ready' ? 'degraded' : 'connecting'
    this.#host.status({ state: needsSomebody(reason) ? 'failed' : lost, reason })
  }

  #away(): SluiceError {
    const reason = this.#client === undefined ? 'stopped' : (this.#reason ?? 'not connected')
    return new SluiceError('UNREACHABLE', `calling ${this.#url}: ${reason}`)
  }
}

/** How long a start or a ping waits, in milliseconds. */
const patienceMs = 2000
const silenceMs = 2500
/** Calls without an answer: a silent server must not fill the memory. */
const mostWaiting = 10_000

const options = {
  lazyConnect: true,
  connectTimeout: 1000,
  disconnectTimeout: 200,
  maxRetriesPerRequest: 0,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  enableAutoPipelining: true,
  // It is gathered already.
  autoPipeliningIgnoredCommands: ['mget'],
  disableClientInfo: true,
  connectionName: 'sluice',
  // A primary that became a replica: the address may lead to the new one.
  reconnectOnError: (error: Error): boolean => error.message.startsWith('READONLY'),
} satisfies RedisOptions

const nothing = (): void => {}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // Several addresses were tried: the error is about all of them, and says nothing itself.
  if (error instanceof AggregateError && error.message === '') return error.errors.map(reasonOf).join(', ')
  return error.message
}
