import { connect, type Socket } from 'node:net'

/**
 * The sockets of the client, which can neither close one that is silent nor stop dialling where each is closed before it is ready:
 * here both can be done.
 */
export class Sockets {
  readonly #open = new Set<Socket>()
  readonly #host: string
  readonly #port: number
  readonly #most: number
  #left: number
  #isOver = false

  /** At most `most` are dialled from one answer of the server to the next. */
  constructor({ host, port }: { readonly host: string; readonly port: number }, most: number) {
    this.#host = host
    this.#port = port
    this.#most = most
    this.#left = most
  }

  /** Resolves to a connected socket; rejects after `connectMs`, or where too many were dialled in vain. */
  async dial(): Promise<Socket> {
    if (this.#isOver) throw new Error('the connection was closed')
    if (this.#left-- <= 0) throw new Error('the connection is closed before the server says anything')
    const socket = connect({ host: this.#host, port: this.#port, noDelay: true, timeout: connectMs })
    this.#open.add(socket)
    socket.on('close', () => this.#open.delete(socket))
    // What the client asks of a socket that it made itself.
    Object.assign(socket, { host: this.#host, port: this.#port })
    const { promise, resolve, reject } = Promise.withResolvers<Socket>()
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('the connection was closed')))
    socket.once('timeout', () => socket.destroy(new Error('no answer to the attempt to connect')))
    socket.once('connect', () => {
      socket.setTimeout(0)
      socket.on('error', () => {})
      resolve(socket)
    })
    return await promise
  }

  /** The server answered: so many more may be dialled. */
  answered(): void {
    this.#left = this.#most
  }

  /** Closes all of them now, and dials no more; the client's calls reject. */
  cut(): void {
    this.#isOver = true
    for (const socket of this.#open) socket.destroy()
  }
}

/** Milliseconds that connecting may take. */
const connectMs = 2000
