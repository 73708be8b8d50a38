import type { Headers, Inbound, Principal, Source } from '../core/message.ts'
import { restoreBody, type StoredBody, storeBody } from './stored-body.ts'

/** An Inbound as the store keeps it: its bytes as they came, and what is known of them. */
export interface StoredMessage {
  readonly head: StoredHead
  readonly body: Uint8Array
}

/** What is kept beside the bytes. `body` says what they are. */
export interface StoredHead {
  readonly id: string
  readonly headers: Headers
  readonly source: Source
  readonly contentType?: string | undefined
  readonly traceparent?: string | undefined
  readonly principal?: Principal | undefined
  readonly body: StoredBody['kind']
  /** When it first came in, in milliseconds since the epoch. */
  readonly receivedAt: number
}

/** Of a message that was given an id. Throws INTERNAL for a value that JSON cannot say. */
export async function storeMessage(inbound: Inbound & { readonly id: string }, receivedAt: number): Promise<StoredMessage> {
  const { id, source, contentType, traceparent, principal } = inbound
  const headers = withoutCredentials(inbound.headers)
  const { kind, bytes } = await storeBody(inbound.body)
  return { head: { id, headers, source, contentType, traceparent, principal, body: kind, receivedAt }, body: bytes }
}

/** The Inbound again. */
export function restoreMessage({ head, body }: StoredMessage, redelivered: number): Inbound {
  const { id, headers, source, contentType, traceparent, principal } = head
  const content = restoreBody({ kind: head.body, bytes: body })
  return { id, headers, source, contentType, traceparent, principal, redelivered, receivedAt: head.receivedAt, body: content }
}

/** What a caller proved himself by is not kept: he was let in, and `principal` says who he is. */
function withoutCredentials(headers: Headers): Headers {
  if (!credentials.some(name => Object.hasOwn(headers, name))) return headers
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !credentials.includes(name)))
}

const credentials: readonly string[] = ['authorization', 'proxy-authorization', 'cookie']
