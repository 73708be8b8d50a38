import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Meter } from '../core/component.ts'
import type { Size } from '../core/duration.ts'
import { asSluiceError, SluiceError } from '../core/errors.ts'
import { badRequest } from './bad-request.ts'
import type { Incoming } from './incoming.ts'

export interface BodyLimits {
  readonly maxBody: Size
  /** Told of every byte before it is kept, of all at once where they are announced. */
  readonly meter: Meter | undefined
}

/** A body of any length comes with this request. */
export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] !== undefined && headers['content-length'] !== '0')

/**
 * The whole body. Rejects with TOO_LARGE above `maxBody` bytes, OVERLOADED where there is no room (both at once where content-length says so), UNSUPPORTED for a compressed one,
 * CANCELLED where the caller goes away, BAD_REQUEST where it breaks HTTP half-way (400) or takes too long (408).
 */
export function readBody(incoming: Incoming, response: ServerResponse, { maxBody, meter }: BodyLimits): Promise<Uint8Array> {
  if (!hasBody(incoming)) return Promise.resolve(nothing)
  const { headers } = incoming
  const coding = headers['content-encoding']
  if (coding !== undefined && coding.toLowerCase() !== 'identity')
    return Promise.reject(
      new SluiceError('UNSUPPORTED', 'a compressed body is not taken here', { headers: { 'accept-encoding': 'identity' } }),
    )
  const announced = Number(headers['content-length'] ?? 0)
  if (announced > maxBody) return Promise.reject(tooLarge(maxBody))
  if (incoming.destroyed) return Promise.reject(goneAway())
  const refused = meter === undefined || announced === 0 ? undefined : overloaded(meter, announced)
  if (refused !== undefined) return Promise.reject(refused)
  // Only now the caller who asked first is told to send it.
  if (headers.expect !== undefined) response.writeContinue()
  return new Promise((resolve, reject) => collect(incoming, { maxBody, meter: announced === 0 ? meter : undefined }, resolve, reject))
}

/** What a caller who went away makes of everything that waits for it. */
export const goneAway = (): SluiceError => new SluiceError('CANCELLED', 'the caller went away')

const nothing = new Uint8Array(0)

function collect(
  incoming: Incoming,
  { maxBody, meter }: BodyLimits,
  resolve: (body: Uint8Array) => void,
  reject: (error: SluiceError) => void,
): void {
  let body: Buffer | undefined
  let more: Buffer[] | undefined
  let size = 0
  incoming.giveTo({
    chunk(bytes) {
      size += bytes.length
      const refused = size > maxBody ? tooLarge(maxBody) : meter && overloaded(meter, bytes.length)
      if (refused !== undefined) {
        incoming.release()
        incoming.pause()
        reject(refused)
        return false
      }
      if (body === undefined) body = bytes
      else if (more === undefined) more = [body, bytes]
      else more.push(bytes)
      return true
    },
    end() {
      incoming.release()
      resolve(more === undefined ? (body ?? nothing) : Buffer.concat(more, size))
    },
    fail(error) {
      incoming.release()
      reject(error instanceof SluiceError ? error : goneAway())
    },
  })
}

function overloaded(meter: Meter, bytes: number): SluiceError | undefined {
  try {
    meter.count(bytes)
    return undefined
  } catch (error) {
    return asSluiceError(error)
  }
}

const tooLarge = (maxBody: Size): SluiceError => new SluiceError('TOO_LARGE', `the body is larger than ${maxBody} bytes`)

/** What Node found wrong while a body came in, told to whoever reads it. False where nobody does. */
export function breakBody(incoming: Incoming, code: string | undefined): boolean {
  if (incoming.complete || !incoming.isTaken) return false
  incoming.breakOff(
    code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? badRequest('the request took too long to arrive', 408)
      : badRequest('the body breaks the rules of HTTP'),
  )
  return true
}
