import type { Splice } from '../core/expression.ts'
import type { Finding } from '../core/finding.ts'
import { Secret } from '../core/secret.ts'
import { scan } from '../expression/template.ts'
import { errorAt, warningAt } from './finding-at.ts'
import type { FramedScalar, Place, TemplatePart } from './framed.ts'
import type { ScalarNode } from './node.ts'
import { locate } from './position.ts'
import { scalarOffset } from './scalar-offset.ts'
import { listIn, type Schema } from './schema-of.ts'
import { type Outside, substitute } from './substitute.ts'

/** What holds for a whole subtree. */
export interface Mode {
  /** Leaves may be expressions. */
  readonly expressions: boolean
  readonly splice: Splice
}

export interface ScalarContext {
  /** `${…}` read from where the scalar's file lies. */
  readonly outside: (place: Place) => Outside
  readonly report: (finding: Finding) => void
}

/** Reads a scalar as its schema says: `${…}` filled in, text around expressions told from expressions. */
export function readScalar(node: ScalarNode, schema: Schema, mode: Mode, place: Place, context: ScalarContext): FramedScalar {
  const say: Say = (offset, rule, message, hint) => {
    const at = scalarOffset(place.file.text, node, offset)
    context.report(errorAt(locate(place.file, at, place.pointer), rule, message, { hint }))
  }
  const base = { kind: 'scalar', schema, place, node, splice: mode.splice, substituted: false, faulty: node.cut } as const
  if (node.misread !== undefined) {
    say(0, 'wrong-value', `YAML reads ${node.misread} as a number that does not say it`, `write "${node.misread}" for the text`)
    return { ...base, value: node.value, faulty: true }
  }
  if (typeof node.value !== 'string' || node.cut) return { ...base, value: node.value }
  if (!node.value.includes('${')) {
    if (isInClear(node.value, schema, place))
      context.report(
        warningAt(locate(place.file, node.start, place.pointer), 'secret-in-clear', `${nameOf(place)} stands in clear text`, inClear),
      )
    return { ...base, value: node.value }
  }
  return { ...base, ...readParts(node.value, schema, mode, context.outside(place), say, nameOf(place)) }
}

type Say = (offset: number, rule: string, message: string, hint: string) => void
type Read = Pick<FramedScalar, 'value' | 'template' | 'substituted' | 'faulty'>

const inClear = { hint: 'write ${NAME} or ${file:/run/secrets/name}' }

function readParts(value: string, schema: Schema, mode: Mode, outside: Outside, say: Say, name: string): Read {
  const scanned = scan(value)
  const broken = { value, substituted: true, faulty: true }
  if ('error' in scanned) {
    const { offset, message, hint } = scanned.error
    const empty = /^\$\{\{\s*\}\}/.test(value.slice(offset))
    if (mode.expressions) say(offset, empty ? 'expression-syntax' : 'unclosed-expression', message, hint)
    else say(offset, 'expression-not-allowed', `${name} takes no expression`, constant)
    return broken
  }
  const parts: TemplatePart[] = []
  let faulty = false
  let secret = false
  let substituted = false
  let whole = false
  let at = 0
  for (const part of scanned.parts) {
    if (part.kind === 'expression') {
      const opened = value.lastIndexOf('${{', part.offset)
      if (!mode.expressions || mode.splice === 'none') {
        say(opened, 'expression-not-allowed', `${name} takes no expression`, constant)
        return broken
      }
      const inside = /\$\{[A-Za-z_]\w*\}|\$\{(?:file|secret):[^\s'"]/.exec(part.source)
      if (inside !== null) {
        say(
          part.offset + inside.index,
          'bad-substitution',
          'an expression cannot hold a "${…}"',
          'bind it before, with set, and read the variable',
        )
        faulty = true
      }
      parts.push({ source: part.source, offset: part.offset })
      continue
    }
    // the scanner has taken the first $ of every $${{ away already: the text is read again as it was written
    const end = nextExpression(scanned.parts, part.offset, value)
    const read = substitute(value.slice(part.offset, end), outside)
    for (const fault of read.faults) say(part.offset + fault.offset, fault.rule, fault.message, fault.hint)
    faulty ||= read.faults.length > 0
    secret ||= read.secret
    substituted ||= read.substituted
    whole = read.whole && scanned.parts.length === 1
    at = part.offset
    parts.push(read.text)
  }
  const expressions = parts.some(part => typeof part !== 'string')
  if (secret && (expressions || !takesSecret(schema))) {
    const message = expressions ? 'a secret cannot stand beside an expression' : `${name} takes no secret: it would be shown`
    say(at, 'secret-in-message', message, 'a secret belongs into a connector, or into an argument that takes one')
    faulty = true
  }
  if (expressions) return { value, template: parts, substituted, faulty }
  const text = parts.join('')
  if (secret) return { value: new Secret(text), substituted, faulty }
  return { value: whole ? typed(text, schema) : text, substituted, faulty }
}

const constant = 'write the value, or ${NAME}: both are read when the configuration is loaded'

/** Where the expression after a text opens; the end of the scalar where there is none. */
function nextExpression(parts: readonly { readonly kind: string; readonly offset: number }[], offset: number, value: string): number {
  const next = parts.find(part => part.kind === 'expression' && part.offset > offset)
  return next === undefined ? value.length : value.lastIndexOf('${{', next.offset)
}

/** A scalar that is one whole `${…}` takes the type its schema names; where that is text, or nothing is named, it is text. */
function typed(text: string, schema: Schema): FramedScalar['value'] {
  const types = typesOf(schema)
  if (types.length === 0 || types.includes('string')) return text
  if (types.includes('boolean') && (text === 'true' || text === 'false')) return text === 'true'
  if (types.includes('null') && text === 'null') return null
  const number = /^-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?$/.test(text) ? Number(text) : Number.NaN
  return Number.isFinite(number) ? number : text
}

function typesOf(schema: Schema): readonly unknown[] {
  if (typeof schema['type'] === 'string') return [schema['type']]
  const constants = [...listIn(schema, 'enum'), ...('const' in schema ? [schema['const']] : [])].map(value => typeof value)
  return [...listIn(schema, 'type'), ...constants]
}

function isInClear(text: string, schema: Schema, place: Place): boolean {
  if (schema['x-url'] === true) return /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*:[^/?#]+@/i.test(text)
  return schema['x-secret'] === true && text !== '' && !isOpenHeader(place)
}
const takesSecret = (schema: Schema): boolean => schema['x-secret'] !== undefined || schema['x-url'] === true
/** Headers may carry credentials, so all are secrets to the engine; most names tell that this one does not. */
const isOpenHeader = ({ pointer }: Place): boolean =>
  /\/headers\/[^/]*$/.test(pointer) &&
  !/auth|token|key|secret|passw|cookie|signature|credential|session/i.test(pointer.slice(pointer.lastIndexOf('/')))
const nameOf = ({ pointer }: Place): string =>
  `"${pointer
    .slice(pointer.lastIndexOf('/') + 1)
    .replaceAll('~1', '/')
    .replaceAll('~0', '~')}"`
