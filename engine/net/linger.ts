import type { IncomingMessage, ServerResponse } from 'node:http'
import type { EdgeLimits } from './limits.ts'

/**
 * Ends a reply that was given before the request was whole: the rest is read and thrown away first, within bounds, since closing a
 * socket on unread bytes resets it, and the caller would lose the reply (RFC 9112 9.6).
 */
export function linger(incoming: IncomingMessage, response: ServerResponse, { lingerBytes, lingerMs }: EdgeLimits): void {
  let left = lingerBytes
  const end = (): void => {
    clearTimeout(timer)
    incoming.off('data', drop).off('end', end).off('error', end).off('close', end)
    response.end()
  }
  const drop = (chunk: Buffer): void => {
    left -= chunk.length
    if (left < 0) end()
  }
  const timer = setTimeout(end, lingerMs)
  incoming.on('data', drop).on('end', end).on('error', end).on('close', end)
  incoming.resume()
}
