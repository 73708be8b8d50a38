import type { ServerResponse } from 'node:http'
import type { Incoming } from './incoming.ts'
import type { EdgeLimits } from './limits.ts'

/**
 * Ends a reply that was given before the request was whole: the rest is read and thrown away first, within bounds, since closing a
 * socket on unread bytes resets it, and the caller would lose the reply (RFC 9112 9.6).
 */
export function linger(incoming: Incoming, response: ServerResponse, { lingerBytes, lingerMs }: EdgeLimits): void {
  let left = lingerBytes
  const end = (): void => {
    clearTimeout(timer)
    incoming.release()
    response.end()
  }
  const drop = (chunk: Buffer): boolean => {
    left -= chunk.length
    if (left < 0) end()
    return true
  }
  const timer = setTimeout(end, lingerMs)
  incoming.giveTo({ chunk: drop, end, fail: end })
  incoming.resume()
}
