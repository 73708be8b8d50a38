import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Size } from '../core/duration.ts'
import { SluiceError } from '../core/errors.ts'
import { badRequest } from './bad-request.ts'

/** A body of any length comes with this request. */
export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] !== undefined && headers['content-length'] !== '0')

/**
 * The whole body. Rejects with TOO_LARGE above `maxBody` bytes (at once where content-length says so), UNSUPPORTED for a compressed one,
 * CANCELLED where the caller goes away, BAD_REQUEST where it breaks HTTP half-way (400) or takes too long (408).
 */
export function readBody(incoming: IncomingMessage, response: ServerResponse, maxBody: Size): Promise<Uint8Array> {
  if (!hasBody(incoming)) return Promise.resolve(nothing)
  const { headers } = incoming
  const coding = headers['content-encoding']
  if (coding !== undefined && coding.toLowerCase() !== 'identity')
    return Promise.reject(
      new SluiceError('UNSUPPORTED', 'a compressed body is not taken here', { headers: { 'accept-encoding': 'identity' } }),
    )
  if (Number(headers['content-length'] ?? 0) > maxBody) return Promise.reject(tooLarge(maxBody))
  if (incoming.destroyed) return Promise.reject(goneAway())
  // Only now the caller who asked first is told to send it.
  if (headers.expect !== undefined) response.writeContinue()
  return new Promise((resolve, reject) => collect(incoming, maxBody, resolve, reject))
}

/** What a caller who went away makes of everything that waits for it. */
export const goneAway = (): SluiceError => new SluiceError('CANCELLED', 'the caller went away')

const nothing = new Uint8Array(0)

function collect(
  incoming: IncomingMessage,
  maxBody: Size,
  resolve: (body: Uint8Array) => void,
  reject: (error: SluiceError) => void,
): void {
  const chunks: Buffer[] = []
  let size = 0
  const settle = (): void => {
    incoming.off('data', take).off('end', finish).off('error', fail).off('close', fail)
  }
  const take = (chunk: Buffer): void => {
    size += chunk.length
    if (size <= maxBody) {
      chunks.push(chunk)
      return
    }
    settle()
    incoming.pause()
    reject(tooLarge(maxBody))
  }
  const finish = (): void => {
    settle()
    const [only = nothing] = chunks
    resolve(chunks.length < 2 ? only : Buffer.concat(chunks, size))
  }
  const fail = (error?: unknown): void => {
    settle()
    reject(error instanceof SluiceError ? error : goneAway())
  }
  incoming.on('data', take).on('end', finish).on('error', fail).on('close', fail)
}

const tooLarge = (maxBody: Size): SluiceError => new SluiceError('TOO_LARGE', `the body is larger than ${maxBody} bytes`)

/** What Node found wrong while a body came in, told to whoever reads it. False where nobody does. */
export function breakBody(incoming: IncomingMessage, code: string | undefined): boolean {
  if (incoming.complete || incoming.listenerCount('error') === 0) return false
  incoming.emit(
    'error',
    code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? badRequest('the request took too long to arrive', 408)
      : badRequest('the body breaks the rules of HTTP'),
  )
  return true
}
