import type { ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { STATUS_CODES } from '../core/node-http.ts'
import { breakBody } from './body.ts'
import type { Edge } from './exchange.ts'
import type { Incoming } from './incoming.ts'

/** What Node itself refuses: a minimal answer where one can be understood, and the end of the connection. */
export function answerBroken(edge: Edge, error: NodeJS.ErrnoException, socket: Duplex): void {
  // As: Node keeps the response under way here, and its own answer to such a request looks at it; there is no public way.
  const current = (socket as { readonly _httpMessage?: ServerResponse<Incoming> | null })._httpMessage ?? undefined
  const left = gone.has(error.code ?? '')
  if (!left && current !== undefined && !current.headersSent && breakBody(current.req, error.code)) return
  const silent = socket instanceof Socket && socket.bytesRead === 0
  // An answer while another is due would be taken for that one.
  if (!socket.writable || current !== undefined || silent || left) {
    socket.destroy()
    return
  }
  close(edge, socket, statuses[error.code ?? ''] ?? 400)
}

/** CONNECT asks for a tunnel: there is none here. */
export function refuseConnect(edge: Edge, socket: Duplex): void {
  // Node has let go of the socket, with its listeners.
  socket.on('error', () => socket.destroy())
  close(edge, socket, 405)
}

/** The caller went away, in the middle of a request for all it matters. */
const gone: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'HPE_INVALID_EOF_STATE'])

const statuses: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
}

function close({ access, correlate, limits }: Edge, socket: Duplex, status: number): void {
  const id = correlate(undefined)
  access({ id, status, error: status === 405 ? 'METHOD_NOT_ALLOWED' : 'BAD_REQUEST', durationMs: 0 })
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\ncontent-length: 0\r\nx-correlation-id: ${id}\r\n\r\n`)
  if (socket instanceof Socket) socket.setTimeout(limits.lingerMs, () => socket.destroy())
}
