import { SluiceError } from '../../core/errors.ts'

/**
 * The names that a path is made of, from the folder down to the file. It is written as in a URL, since splices come encoded: a slash that a
 * message brings is part of a name, and such a name is refused. Throws ARGUMENT_INVALID for what is empty, absolute, or leads elsewhere.
 */
export function namesOf(path: string): readonly string[] {
  return path.split('/').map(segment => {
    const name = decode(segment)
    if (name === '') throw invalid('the path is empty, absolute, ends with `/`, or has two of them together')
    if (name === '.' || name === '..') throw invalid('the path has `.` or `..` in it')
    // A backslash is a slash elsewhere, and NUL ends a name for the system.
    if (/[/\\]/.test(name) || hasControl(name)) throw invalid('a name in the path has a slash, a backslash or a control character')
    if (!name.isWellFormed()) throw invalid('a name in the path has half of a surrogate pair')
    return name
  })
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    throw invalid('the path has a "%" without two digits of hexadecimal: write %25')
  }
}

const hasControl = (name: string): boolean => [...name].some(character => character < ' ' || character === '\x7f')

const invalid = (fault: string): SluiceError => new SluiceError('ARGUMENT_INVALID', `finding a file: ${fault}`)
