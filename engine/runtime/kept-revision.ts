import type { Snapshot } from '../config/snapshot.ts'
import { digestOf } from '../files/read.ts'

/** One configuration that ran, as it is kept on the disk. */
export interface KeptRevision {
  readonly number: number
  /** When it was applied, in milliseconds since the epoch. */
  readonly at: number
  readonly outcome: 'applied'
  /** Warnings that it was applied with. */
  readonly findings: number
  readonly snapshot: Snapshot
}

/** As text, with a checksum over all of it. */
export function encodeRevision(kept: KeptRevision): string {
  const body = JSON.stringify({ format, ...kept }, null, 1)
  return `${JSON.stringify({ checksum: digestOf(body) })}\n${body}\n`
}

/** Undefined for what is not whole, or not of this format. */
export function decodeRevision(text: string): KeptRevision | undefined {
  const end = text.indexOf('\n')
  const body = text.slice(end + 1, -1)
  try {
    const { checksum } = JSON.parse(text.slice(0, end))
    const found = JSON.parse(body)
    // The checksum tells that this program wrote it, in this format.
    return checksum === digestOf(body) && found.format === format ? (found as KeptRevision) : undefined
  } catch {
    return undefined
  }
}

const format = 1
