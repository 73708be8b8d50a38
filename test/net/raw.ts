import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export interface Answer {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

/** One connection on which a test says whatever it likes. */
export interface Wire {
  readonly socket: Socket
  send(bytes: string | Uint8Array): void
  /** The next answer. `bodiless`: that of a HEAD. Rejects where the connection ends without one. */
  answer(bodiless?: boolean): Promise<Answer>
  /** Resolves when the other side has ended the connection, with what was not yet read as an answer. */
  ended(): Promise<string>
}

export async function dial(port: number): Promise<Wire> {
  const socket = connect({ port, host: '127.0.0.1' })
  let text = ''
  let over = false
  let wake = (): void => {}
  socket.setEncoding('latin1')
  socket.on('data', (chunk: string) => {
    text += chunk
    wake()
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    over = true
    wake()
  })
  await once(socket, 'connect')
  const more = (): Promise<void> => new Promise(resolve => (wake = resolve))
  return {
    socket,
    send: bytes => void socket.write(bytes),
    async answer(bodiless = false) {
      for (;;) {
        const parsed = parse(text, bodiless)
        if (parsed !== undefined) {
          text = parsed.rest
          return parsed.answer
        }
        if (over) throw new Error(`the connection ended after ${JSON.stringify(text)}`)
        await more()
      }
    },
    async ended() {
      while (!over) await more()
      return text
    },
  }
}

/** Says one thing on a connection of its own, and reads one answer. */
export async function say(port: number, text: string): Promise<Answer> {
  const wire = await dial(port)
  try {
    wire.send(text)
    return await wire.answer(text.startsWith('HEAD '))
  } finally {
    wire.socket.destroy()
  }
}

function parse(text: string, bodiless: boolean): { readonly answer: Answer; readonly rest: string } | undefined {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const [first = '', ...lines] = text.slice(0, end).split('\r\n')
  const headers = new Map<string, string>()
  for (const line of lines) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    const value = line.slice(colon + 1).trim()
    headers.set(name, headers.has(name) ? `${headers.get(name)}, ${value}` : value)
  }
  const length = bodiless ? 0 : Number(headers.get('content-length') ?? 0)
  const rest = text.slice(end + 4)
  if (rest.length < length) return undefined
  return { answer: { status: Number(first.split(' ')[1]), headers, body: rest.slice(0, length) }, rest: rest.slice(length) }
}
