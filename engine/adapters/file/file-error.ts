import { type Answer, type Retry, SluiceError } from '../../core/errors.ts'

/** What an error of the file system means. The answer has the status that HTTP would give it: `catch: { on: "404" }`. */
export function toFileError(thrown: unknown, doing: string): SluiceError {
  if (thrown instanceof SluiceError) return thrown
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'an unknown error'
  if (code === 'ENAMETOOLONG') return new SluiceError('ARGUMENT_INVALID', `${doing}: the name is too long`, { cause: thrown })
  const retry: Retry = passing.has(code) ? 'safe' : 'never'
  return new SluiceError('UPSTREAM_REFUSED', `${doing}: ${code}`, { cause: thrown, answer: answerOf(code), retry })
}

const answerOf = (code: string): Answer => ({ status: statuses.get(code) ?? 500 })

const statuses: ReadonlyMap<string, number> = new Map([
  ['ENOENT', 404],
  ['ENOTDIR', 404],
  ['EISDIR', 404],
  ['EACCES', 403],
  ['EPERM', 403],
  ['EROFS', 403],
  ['ELOOP', 403],
  ['ENOSPC', 507],
  ['EDQUOT', 507],
])

const passing: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'EAGAIN', 'EBUSY'])
