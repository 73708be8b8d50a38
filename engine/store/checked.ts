import { SluiceError } from '../core/errors.ts'
import type { Json } from '../core/message.ts'
import type { Change, Entry, StoreKind } from '../core/store.ts'

/** Characters of a key, a group, a lane. */
const mostCharacters = 512
/** Bytes of a head as JSON. */
const mostHead = 64 * 1024

/**
 * Throws STORE, never to be tried again, for what is outside the bounds of the port: so every store refuses the same. Gives the head as
 * JSON text, where the change has one.
 */
export function checkChange(change: Change): string | undefined {
  const facts: Pick<Entry, 'kind' | 'key'> & Partial<Entry> =
    'put' in change ? change.put : 'update' in change ? change.update : change.remove
  const { kind, key, group, lane, due, expires, head } = facts
  checkName(kind, 'key', key)
  if (group !== undefined) checkName(kind, 'group', group)
  if (lane !== undefined) checkName(kind, 'lane', lane)
  checkTime(kind, due)
  checkTime(kind, expires)
  return head === undefined ? undefined : headText(kind, head)
}

function checkTime(kind: StoreKind, time: number | undefined): void {
  if (time !== undefined && !Number.isSafeInteger(time)) throw refused(kind, `${time} is not a time in whole milliseconds`)
}

/** What databases differ in: a NUL ends a text, half a surrogate pair becomes another character. */
export function checkName(kind: StoreKind, what: 'key' | 'group' | 'lane', name: string): void {
  if (name.length > mostCharacters)
    throw refused(kind, `its ${what} has ${name.length} characters, more than the ${mostCharacters} allowed`)
  if (name.includes('\0') || !name.isWellFormed()) throw refused(kind, `its ${what} has a NUL or half a surrogate pair`)
}

/** A head as it is kept. */
function headText(kind: StoreKind, head: Json): string {
  const text = JSON.stringify(head)
  // A character is three bytes at most: short ones need no count.
  const size = text.length * 3 <= mostHead ? 0 : Buffer.byteLength(text)
  if (size > mostHead) throw refused(kind, `its head has ${size} bytes, more than the ${mostHead} allowed`)
  return text
}

const refused = (kind: StoreKind, why: string): SluiceError =>
  new SluiceError('STORE', `keeping an entry of kind "${kind}": ${why}`, { retry: 'never' })
