import { once } from 'node:events'
import { type AddressInfo, createServer, connect as dial, type Socket } from 'node:net'

/** Stands between a client and its server, and does what networks do. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number
  /** Connections that it took so far. */
  readonly taken: number
  /** Ends every connection there is, both sides at once. */
  cut(): void
  /** Until `pass`: new connections are taken and ended at once, the others go on. */
  slam(): void
  /** Until `pass`: what either side sends is held back, and nobody is told. */
  stall(): void
  /** Until `pass`: what clients send arrives, what servers answer does not. */
  deafen(): void
  /** All goes on; what was held back arrives. */
  pass(): void
  /**
   * Resolves when a client has sent this text once more, and its connection was ended for it: before it reached the server (`unsent`), or when
   * the server had answered it, and before the answer reached the client (`unanswered`).
   */
  cutOn(text: string, when: 'unsent' | 'unanswered'): Promise<void>
}

export async function startProxy(target: number): Promise<TcpProxy> {
  const pairs = new Set<Pair>()
  let mode: Mode = 'pass'
  let trap: Trap | undefined
  let taken = 0
  const server = createServer(client => {
    taken++
    client.on('error', ignore)
    if (mode === 'slam') return void client.resetAndDestroy()
    const pair = join(client, dial(target, '127.0.0.1'), {
      fromClient: chunk => {
        if (trap === undefined || pair.isCaught || !chunk.includes(trap.text)) return
        pair.isCaught = true
        if (trap.when === 'unsent') spring(pair)
      },
      fromServer: () => {
        if (pair.isCaught) spring(pair)
      },
    })
    pairs.add(pair)
    client.on('close', () => pairs.delete(pair))
    set(pair, mode)
  })
  const spring = (pair: Pair): void => {
    end(pair)
    trap?.sprung()
    trap = undefined
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A server that listens on an address has one of these.
  const { port } = server.address() as AddressInfo
  const change = (next: Mode): void => {
    mode = next
    for (const pair of pairs) set(pair, mode)
  }
  return {
    port,
    get taken() {
      return taken
    },
    cut: () => {
      for (const pair of pairs) end(pair)
    },
    slam: () => change('slam'),
    stall: () => change('stall'),
    deafen: () => change('deafen'),
    pass: () => change('pass'),
    cutOn: (text, when) =>
      new Promise(resolve => {
        trap = { text, when, sprung: resolve }
      }),
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close')
      server.close()
      for (const pair of pairs) end(pair)
      await closed
    },
  }
}

type Mode = 'pass' | 'slam' | 'stall' | 'deafen'

interface Trap {
  readonly text: string
  readonly when: 'unsent' | 'unanswered'
  readonly sprung: () => void
}

interface Pair {
  readonly client: Socket
  readonly server: Socket
  /** The client sent what the trap waits for. */
  isCaught: boolean
}

function join(client: Socket, server: Socket, heard: { fromClient(chunk: Buffer): void; fromServer(): void }): Pair {
  const pair = { client, server, isCaught: false }
  server.on('error', ignore)
  client.on('data', chunk => {
    heard.fromClient(chunk)
    if (!server.destroyed) server.write(chunk)
  })
  server.on('data', chunk => {
    heard.fromServer()
    if (!client.destroyed) client.write(chunk)
  })
  client.on('close', () => server.destroy())
  server.on('close', () => client.destroy())
  return pair
}

function set({ client, server }: Pair, mode: Mode): void {
  if (mode === 'stall') client.pause()
  else client.resume()
  if (mode === 'stall' || mode === 'deafen') server.pause()
  else server.resume()
}

function end({ client, server }: Pair): void {
  client.resetAndDestroy()
  server.destroy()
}

const ignore = (): void => {}
