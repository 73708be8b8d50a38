import type { Splice } from '../core/expression.ts'
import type { Finding, Where } from '../core/finding.ts'
import { Secret } from '../core/secret.ts'
import { errorAt, warningAt } from './finding-at.ts'
import type { FramedScalar, Place } from './framed.ts'
import type { ScalarNode } from './node.ts'
import { locate, steps } from './position.ts'
import { scalarOffset } from './scalar-offset.ts'
import { readParts, type ScalarFault, type ScalarParts } from './scalar-parts.ts'
import { listIn, type Schema, textIn } from './schema-of.ts'
import type { Outside } from './substitute.ts'

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

/** Reads a scalar as its schema says: `${…}` filled in, text around expressions told from expressions. A flag that is better not set is warned of. */
export function readScalar(node: ScalarNode, schema: Schema, mode: Mode, place: Place, context: ScalarContext): FramedScalar {
  const read = readValue(node, schema, mode, place, context)
  const warning = textIn(schema, 'x-warning')
  if (warning !== undefined && read.value === true)
    context.report(warningAt(locate(place.file, node.start, place.pointer), 'insecure-setting', `${nameOf(place)} is on: ${warning}`))
  return read
}

function readValue(node: ScalarNode, schema: Schema, mode: Mode, place: Place, context: ScalarContext): FramedScalar {
  const { value } = node
  const base = { kind: 'scalar', schema, place, node, value, splice: mode.splice, substituted: false, faulty: node.faulty } as const
  const start = locate(place.file, node.start, place.pointer)
  if (node.misread !== undefined) {
    const shown = takesSecret(schema) ? 'this' : node.misread
    const hint = takesSecret(schema) ? 'put it in quotes' : `write "${node.misread}" for the text`
    context.report(errorAt(start, 'wrong-value', `YAML reads ${shown} as a number that does not say it`, { hint }))
    return { ...base, faulty: true }
  }
  if (typeof value !== 'string' || node.faulty) return base
  if (!value.includes('${')) {
    if (isInClear(value, schema, place))
      context.report(warningAt(start, 'secret-in-clear', `${nameOf(place)} stands in clear text`, inClear))
    return base
  }
  const read = readParts(value, context.outside(place))
  const faults = misplaced(read, schema, mode, place) ?? read.faults
  for (const fault of faults) context.report(errorAt(whereIn(node, fault, place), fault.rule, fault.message, { hint: fault.hint }))
  const { substituted } = read
  if (faults.length > 0) return { ...base, substituted: true, faulty: true }
  if (read.expressions) return { ...base, template: read.parts, substituted }
  const text = read.parts.join('')
  return { ...base, value: read.secret ? new Secret(text) : read.whole ? typed(text, schema) : text, substituted }
}

const inClear = { hint: 'write ${NAME} or ${file:/run/secrets/name}' }

/** A fault in an expression is told where it is; any other at the start of the scalar, unless that has more lines than one. */
function whereIn(node: ScalarNode, { offset, rule }: ScalarFault, { file, pointer }: Place): Where {
  const start = locate(file, node.start, pointer)
  const exact = locate(file, scalarOffset(file.text, node, offset), pointer)
  return exact.line === start.line && rule !== 'unclosed-expression' && rule !== 'expression-syntax' ? start : exact
}

/** Expressions and secrets only where the schema takes them. */
function misplaced(read: ScalarParts, schema: Schema, mode: Mode, place: Place): readonly ScalarFault[] | undefined {
  if (read.expressions && (!mode.expressions || mode.splice === 'none')) {
    return [{ offset: 0, rule: 'expression-not-allowed', message: `${nameOf(place)} takes no expression`, hint: constant }]
  }
  if (!read.secret || (takesSecret(schema) && !read.expressions)) return undefined
  const message = read.expressions ? 'a secret cannot stand beside an expression' : `${nameOf(place)} takes no secret: it would be shown`
  return [{ offset: 0, rule: 'secret-in-message', message, hint: 'a secret belongs into a connector, or into an argument that takes one' }]
}

const constant = 'write the value, or ${NAME}: both are read when the configuration is loaded'

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
/** The key that leads to it, over lists. */
const nameOf = ({ pointer }: Place): string => `"${steps(pointer).findLast(step => !/^[0-9]+$/.test(step)) ?? ''}"`
