import { once } from 'node:events'
import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { SluiceError } from '../core/errors.ts'
import { createServer } from '../core/node-http.ts'
import { answerBroken, refuseConnect } from './broken.ts'
import { type Edge, exchange, type Place } from './exchange.ts'
import { Incoming } from './incoming.ts'
import { serverOptions } from './limits.ts'
import type { Routes } from './routes.ts'

export interface Wanted {
  readonly name: string
  readonly host: string
  /** 0: any free port. */
  readonly port: number
}

/** One listening socket. It outlives every reload in which its address stays: what it serves is one assignment. */
export class Listener implements Place {
  readonly edge: Edge
  routes: Routes | undefined = undefined
  closing = false
  readonly #wanted: Wanted
  readonly #server: Server<typeof Incoming>
  readonly #sockets = new Set<Socket>()
  #port: number
  #authority: string
  #closed: Promise<void> | undefined

  constructor(wanted: Wanted, edge: Edge) {
    this.#wanted = wanted
    this.edge = edge
    this.#port = wanted.port
    this.#authority = authorityOf(wanted)
    this.#server = createServer({ ...serverOptions(edge.limits), IncomingMessage: Incoming })
    this.#server.maxConnections = edge.limits.connections
    this.#server.maxRequestsPerSocket = edge.limits.requestsPerSocket
    // More fields than that are refused by the head's check, not forgotten: Node would leave out those above its maximum.
    this.#server.maxHeadersCount = 0
    this.#listen()
  }

  get host(): string {
    return this.#wanted.host
  }

  /** The real port, once it is bound. */
  get port(): number {
    return this.#port
  }

  get authority(): string {
    return this.#authority
  }

  /** Whether it is what is wanted: any free port is only kept under its own name. */
  fits({ name, host, port }: Wanted): boolean {
    if (host !== this.host) return false
    return port === 0 ? this.#wanted.port === 0 && this.#wanted.name === name : port === this.#port
  }

  /** Takes connections. Rejects with a SluiceError that names the address, and whose reason is the listener's name. */
  async open(): Promise<void> {
    try {
      this.#server.listen({ host: this.host, port: this.#port, backlog: 511 })
      await once(this.#server, 'listening')
    } catch (cause) {
      const code = (cause as NodeJS.ErrnoException).code ?? ''
      throw new SluiceError('INTERNAL', `listening on ${this.authority}${reasons[code] ?? ''}`, { cause, reason: this.#wanted.name })
    }
    const address = this.#server.address()
    if (typeof address !== 'object' || address === null) return
    this.#port = address.port
    this.#authority = authorityOf({ host: this.host, port: address.port })
  }

  /** Takes no more connections, for the while. */
  pause(): void {
    this.#server.close()
  }

  /** Takes no more; what is there is finished within `graceMs`, then cut. Idempotent: a shorter grace wins. */
  async close(graceMs: number): Promise<void> {
    this.closing = true
    this.#closed ??= new Promise(resolve => this.#server.close(() => resolve()))
    this.#server.closeIdleConnections()
    const cut = setTimeout(() => this.#server.closeAllConnections(), graceMs)
    // Whoever has connected and said nothing yet is not idle to Node; a second is time enough to say something.
    const silent = setTimeout(() => this.#cutSilent(), Math.min(1_000, graceMs))
    await this.#closed
    clearTimeout(cut)
    clearTimeout(silent)
  }

  #cutSilent(): void {
    for (const socket of this.#sockets) if (socket.bytesRead === 0) socket.destroy()
  }

  #listen(): void {
    const { edge } = this
    this.#server
      .on('request', (incoming, response) => exchange(this, incoming, response))
      .on('checkContinue', (incoming, response) => exchange(this, incoming, response))
      .on('checkExpectation', (incoming, response) => exchange(this, incoming, response, true))
      .on('connect', (_incoming, socket) => refuseConnect(edge, socket))
      .on('clientError', (error, socket) => answerBroken(edge, error, socket))
      .on('connection', (socket: Socket) => {
        this.#sockets.add(socket)
        socket.on('close', () => this.#sockets.delete(socket))
      })
      .on('drop', () => edge.log.warn('connection-dropped', { listener: this.#wanted.name, connections: edge.limits.connections }))
      .on('error', error => {
        if (this.#server.listening) edge.log.error('listener', { listener: this.#wanted.name, error })
      })
  }
}

const authorityOf = ({ host, port }: Pick<Wanted, 'host' | 'port'>): string => `${host.includes(':') ? `[${host}]` : host}:${port}`

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: ': the address is in use',
  EADDRNOTAVAIL: ': this machine has no such address',
  EACCES: ': the port is not allowed to this user',
  ENOTFOUND: ': the host is not known',
}
