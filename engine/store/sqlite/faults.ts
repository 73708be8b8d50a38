import type { Fault } from './protocol.ts'

/** What ends the use of a database, by SQLite's primary code. `lasting`: waiting does not cure it, somebody must act. */
const breaking: ReadonlyMap<number, { readonly lasting: boolean; readonly text: string }> = new Map([
  [5, { lasting: false, text: 'another process writes to it' }],
  [6, { lasting: false, text: 'another process writes to it' }],
  [7, { lasting: false, text: 'there is no memory left' }],
  [8, { lasting: false, text: 'it is read-only' }],
  [10, { lasting: false, text: 'the disk fails' }],
  [11, { lasting: true, text: 'the file is damaged' }],
  [13, { lasting: false, text: 'the disk is full' }],
  [14, { lasting: false, text: 'it cannot be opened' }],
  [15, { lasting: false, text: 'another process writes to it' }],
  [23, { lasting: false, text: 'it may not be used' }],
  [26, { lasting: true, text: 'the file is no SQLite database, or damaged' }],
])

/** A fault that ends the use of the database: what it is, and what is known of the transaction. */
export class Broken extends Error {
  readonly lasting: boolean
  constructor(reason: string, lasting: boolean) {
    super(reason)
    this.lasting = lasting
  }
}

/** What is thrown by SQLite or the file system, as a Broken where the database cannot be used any longer; undefined where only the statement failed. */
export function asBroken(error: unknown): Broken | undefined {
  if (error instanceof Broken) return error
  if (!(error instanceof Error)) return undefined
  // The file system's own: making the folder or the file.
  if ('code' in error && typeof error.code === 'string' && /^E[A-Z]+$/.test(error.code)) return new Broken(error.message, false)
  const known = breaking.get(codeOf(error))
  return known === undefined ? undefined : new Broken(`${known.text} (${error.message})`, known.lasting)
}

/** Whether a transaction whose COMMIT failed so is certainly undone: where its last page did not fit. */
export const isUndone = (error: unknown): boolean => codeOf(error) === 13

export const isBusy = (error: unknown): boolean => codeOf(error) === 5

/** SQLite's primary code; 0 where it is none of its errors. */
const codeOf = (error: unknown): number =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : 0

/** Of a request that failed alone. */
export const faultOf = (error: unknown): Fault => ({ reason: error instanceof Error ? error.message : String(error), retry: 'never' })
