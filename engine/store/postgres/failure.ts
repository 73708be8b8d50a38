import { SluiceError } from '../../core/errors.ts'

/** What was being done when a call failed. */
export interface Doing {
  /** As in "reading an entry". */
  readonly doing: string
  /** Whether it changes anything: then a lost answer is an unknown outcome. */
  readonly writes: boolean
}

/** What the database or the way to it said, as a STORE error. Nothing of the client's error is kept but its words: it holds the bodies that were sent. */
export function storeError(thrown: unknown, { doing, writes }: Doing, name: string): SluiceError {
  if (thrown instanceof SluiceError) return thrown
  return new SluiceError('STORE', `${doing} in ${name}: ${reasonOf(thrown)}`, { retry: retryOf(codeOf(thrown), writes) })
}

/** A code of the database (SQLSTATE), of the client, or of the system; `''` where there is none. */
export const codeOf = (thrown: unknown): string =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : ''

export function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown)
  // Several addresses were tried: the error is about all of them, and says nothing itself.
  if (thrown instanceof AggregateError && thrown.message === '') return thrown.errors.map(reasonOf).join(', ')
  return lostWords[codeOf(thrown)] ?? thrown.message
}

const lostWords: Readonly<Record<string, string>> = {
  CONNECTION_CLOSED: 'the connection was closed',
  CONNECTION_DESTROYED: 'the connection was closed',
  CONNECTION_ENDED: 'the connection was closed',
  CONNECT_TIMEOUT: 'no answer to the attempt to connect',
}

/** True where the connection is gone, or the server is about to close it. */
export const isLost = (code: string): boolean => !isSqlState(code) || /^(57P|08|53300)/.test(code)

/** True for a refused connection that somebody must cure: password, rights, a database that is not there. */
export const needsSomebody = (code: string): boolean => /^(28|3D000|42501|3F000)/.test(code)

const isSqlState = (code: string): boolean => /^(?=.*\d)[0-9A-Z]{5}$/.test(code) && !neverSent.has(code)

/** The query had no connection to be sent on. */
const neverSent: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'CONNECT_TIMEOUT',
  'CONNECTION_ENDED',
])

function retryOf(code: string, writes: boolean): 'safe' | 'unsafe' | 'never' {
  if (!writes || neverSent.has(code)) return 'safe'
  if (!isSqlState(code)) return 'unsafe'
  // A server that is told to stop may have committed before it said so.
  if (/^57P0[12]/.test(code)) return 'unsafe'
  return /^(22|23|54)/.test(code) ? 'never' : 'safe'
}
