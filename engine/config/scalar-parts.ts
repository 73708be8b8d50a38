import { scan } from '../expression/template.ts'
import type { TemplatePart } from './framed.ts'
import { type Outside, substitute } from './substitute.ts'

export interface ScalarParts {
  /** Text with its `${…}` filled in, and expressions. */
  readonly parts: readonly TemplatePart[]
  readonly expressions: boolean
  /** Some of it came from a file. */
  readonly secret: boolean
  readonly substituted: boolean
  /** It is one `${…}` and nothing else. */
  readonly whole: boolean
  /** `offset` is into the value. */
  readonly faults: readonly ScalarFault[]
}
export interface ScalarFault {
  readonly offset: number
  readonly rule: string
  readonly message: string
  readonly hint: string
}

/** Takes a text with `$` and braces in it apart. */
export function readParts(value: string, outside: Outside): ScalarParts {
  const scanned = scan(value)
  if ('error' in scanned) {
    const empty = /^\$\{\{\s*\}\}/.test(value.slice(scanned.error.offset))
    const fault = { ...scanned.error, rule: empty ? 'expression-syntax' : 'unclosed-expression' }
    return { parts: [], expressions: true, secret: false, substituted: false, whole: false, faults: [fault] }
  }
  const faults: ScalarFault[] = []
  let secret = false
  let substituted = false
  let whole = false
  const parts = scanned.parts.map((part, at): TemplatePart => {
    if (part.kind === 'expression') {
      if (holdsSubstitution.test(part.source)) faults.push({ ...mixed, offset: part.offset })
      return { source: part.source, offset: part.offset }
    }
    // The scanner has taken a $ away from every $${{: the text is read again as it was written, up to where the next expression opens.
    const next = scanned.parts[at + 1]
    const read = substitute(value.slice(part.offset, next === undefined ? undefined : value.lastIndexOf('${{', next.offset)), outside)
    for (const fault of read.faults) faults.push({ ...fault, offset: part.offset + fault.offset })
    secret ||= read.secret
    substituted ||= read.substituted
    whole = read.whole && scanned.parts.length === 1
    return read.text
  })
  return { parts, expressions: parts.some(part => typeof part !== 'string'), secret, substituted, whole, faults }
}

const holdsSubstitution = /\$\{[A-Za-z_]\w*\}|\$\{(?:file|secret):[^\s'"]/
const mixed = {
  rule: 'bad-substitution',
  message: 'nothing is filled into an expression',
  hint: 'bind the value before it: set: { tenant: ${TENANT} } in block style, and read $tenant',
}
