import { asSluiceError, type Code, type ErrorDetail, SluiceError } from '../core/errors.ts'
import type { Headers, Json, Reply } from '../core/message.ts'
import type { MarkResult } from './mark.ts'
import { restoreBody, type StoredBody, storeBody } from './stored-body.ts'

/** A reply as a mark keeps it. One with more than `most` bytes is known to have been, and no more. */
export async function storeReply({ status, headers, contentType, body }: Reply, most: number): Promise<MarkResult> {
  const { kind, bytes } = await storeBody(body)
  if (bytes.byteLength > most) return { head: plain({ is: 'large', size: bytes.byteLength }), body: new Uint8Array() }
  return { head: plain({ is: 'reply', status, headers, contentType, body: kind }), body: bytes }
}

/** A refusal, as a mark keeps it: what a caller may see of it. */
export function storeError(thrown: unknown): MarkResult {
  const { code, message, detail } = asSluiceError(thrown)
  const { reason, status, details, violations, violationCount, headers } = detail
  const told = { code, message, detail: { reason, status, details, violations, violationCount, headers } }
  return { head: plain({ is: 'error' }), body: new TextEncoder().encode(JSON.stringify(told)) }
}

/** The reply again. Throws the refusal, where that was kept; CONFLICT, never to be tried again, where the reply was too large. */
export function restoreReply({ head, body }: MarkResult, more: Headers): Reply {
  const stored = head as unknown as StoredHead // what the two above wrote
  if (stored.is === 'reply') {
    const { status, headers, contentType } = stored
    return { status, headers: { ...headers, ...more }, contentType, body: restoreBody({ kind: stored.body, bytes: body }) }
  }
  if (stored.is === 'large')
    throw new SluiceError('CONFLICT', `it was done, and its reply of ${stored.size} bytes was too large to be kept`, {
      retry: 'never',
      headers: more,
    })
  const { code, message, detail } = JSON.parse(new TextDecoder().decode(body)) as StoredError
  throw new SluiceError(code, message, { ...detail, headers: { ...detail.headers, ...more } })
}

type StoredHead =
  | ({ readonly is: 'reply'; readonly body: StoredBody['kind'] } & Pick<Reply, 'status' | 'headers' | 'contentType'>)
  | { readonly is: 'large'; readonly size: number }
  | { readonly is: 'error' }

interface StoredError {
  readonly code: Code
  readonly message: string
  readonly detail: ErrorDetail
}

/** Without what is undefined, as a store gives it back. */
const plain = (value: unknown): Json => JSON.parse(JSON.stringify(value))
