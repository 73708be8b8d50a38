import { createHash } from 'node:crypto'
import { readFileSync, type Stats, statSync } from 'node:fs'
import { stat } from 'node:fs/promises'

/** The text of a file of 1 MB at most, and a digest of its bytes, or why there is none: `does not exist`, in words that follow the file's name. */
export type ReadText = { readonly text: string; readonly digest: string } | { readonly fault: string; readonly digest: string }

export interface ReadOptions {
  /** UTF-8 alone is text; by default other bytes become U+FFFD. */
  readonly strict?: boolean
}

/** Of what cannot be read: the same for every reason, so that a file which comes to exist is a change. */
export const unread = '-'
export const tooLarge = 'is larger than 1 MB'

export async function readText(path: string, options: ReadOptions = {}): Promise<ReadText> {
  try {
    const found = await stat(path)
    if (found.size > maxBytes) return { fault: tooLarge, digest: oversized(found) }
    // The drive has just answered. The five turns of the event loop that readFile takes are what a change waits for under load.
    return decoded(readFileSync(path), options)
  } catch (error) {
    return { fault: reason(error), digest: unread }
  }
}

/** The same of many, by path, in their order. Some at a time: one after the other takes three times as long. */
export async function readTexts(paths: readonly string[], options: ReadOptions = {}): Promise<ReadonlyMap<string, ReadText>> {
  const found = new Map<string, ReadText>()
  for (let at = 0; at < paths.length; at += atOnce) {
    const some = paths.slice(at, at + atOnce)
    const read = await Promise.all(some.map(async path => [path, await readText(path, options)] as const))
    for (const [path, text] of read) found.set(path, text)
  }
  return found
}
const atOnce = 64

export function readTextNow(path: string, options: ReadOptions = {}): ReadText {
  try {
    const found = statSync(path)
    if (found.size > maxBytes) return { fault: tooLarge, digest: oversized(found) }
    return decoded(readFileSync(path), options)
  } catch (error) {
    return { fault: reason(error), digest: unread }
  }
}

/** Tells one content from another, and nothing of what it is. */
export const digestOf = (...parts: readonly (string | Uint8Array)[]): string => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part).update('\0')
  return hash.digest('base64url')
}

const maxBytes = 1024 * 1024

const oversized = ({ size, mtimeMs }: Stats): string => `${size} bytes of ${mtimeMs}`

function decoded(bytes: Buffer, { strict = false }: ReadOptions): ReadText {
  const digest = digestOf(bytes)
  try {
    return { text: new TextDecoder('utf-8', { fatal: strict, ignoreBOM: !strict }).decode(bytes), digest }
  } catch {
    return { fault: 'is not UTF-8', digest }
  }
}

function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT') return 'does not exist'
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read'
  return 'cannot be read'
}
