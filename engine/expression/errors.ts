import { SluiceError } from '../core/errors.ts'

export interface FaultPlace {
  /** The offset after the token, as the parser counts. */
  readonly position?: number | undefined
  readonly token?: string | undefined
  /** What the sentence says it got instead: a kind of value, never the value. */
  readonly got?: string | undefined
  readonly cause?: unknown
}

/** What went wrong in an evaluation: a code of JSONata's, or U and four digits for our own. Becomes a SluiceError at the door. */
export class Fault extends Error {
  override readonly name = 'ExpressionFault'
  readonly code: string
  position: number | undefined
  token: string | undefined
  readonly got: string | undefined

  constructor(code: string, place: FaultPlace = {}) {
    super(code, place.cause === undefined ? undefined : { cause: place.cause })
    this.code = code
    this.position = place.position
    this.token = place.token
    this.got = place.got
  }

  /** A sentence without any value of the message. */
  get sentence(): string {
    const picture = /^D3(08|09|13)/.test(this.code)
      ? `the picture given to {token} is wrong (${this.code})`
      : `the expression failed (${this.code})`
    const template = sentences.get(this.code) ?? picture
    return template.replaceAll('{token}', this.token ?? 'the function').replaceAll('{got}', this.got ?? 'something else')
  }
}

/** Anything thrown during an evaluation, as the error of the engine. */
export function explain(thrown: unknown, source: string): SluiceError {
  const fault = asFault(thrown)
  const place =
    fault.position === undefined
      ? ''
      : `, at ${lineAndColumn(source, Math.max(0, fault.position - (fault.token?.length ?? 1)))} of the expression`
  return new SluiceError('EXPRESSION', `${fault.sentence}${place}`, { cause: fault })
}

/** The borrowed functions throw plain objects with JSONata's codes; a stack that overflows is depth spent. */
export function asFault(thrown: unknown): Fault {
  if (thrown instanceof Fault) return thrown
  if (thrown instanceof RangeError) return new Fault(codeOfRange(thrown.message), { cause: thrown })
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown) || typeof thrown.code !== 'string')
    return new Fault('U1000', { cause: thrown })
  return new Fault(thrown.code, { cause: thrown })
}

function codeOfRange(message: string): string {
  if (message.includes('call stack')) return 'D1011'
  return /invalid (string|array) length/i.test(message) ? 'U1002' : 'U1000'
}

/** `3:14`, counted from 1. */
function lineAndColumn(source: string, offset: number): string {
  const lines = source.slice(0, offset).split('\n')
  return `${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}`
}

const sentences: ReadonlyMap<string, string> = new Map([
  ['U1000', 'the expression failed'],
  ['U1001', 'the expression does more work than one evaluation may'],
  ['U1002', 'the expression uses more memory than one evaluation may'],
  ['U1003', 'the expression makes a text that is too long'],
  ['U1004', 'the result of the expression is too large'],
  ['U1005', 'the value is nested too deeply'],
  ['U1006', 'a file or bytes cannot become text in an expression'],
  ['U1007', 'an object that was not cloned cannot be changed: a transform may change only what it was given'],
  ['U1010', '{token} is not an algorithm that can be used: sha256, sha384, sha512, sha1, md5'],
  ['U1011', '{token} was not given an ISO 8601 timestamp or milliseconds'],
  ['U1012', '{token} was given an unknown unit: use year, month, week, day, hour, minute, second or millisecond'],
  ['U1013', '{token} was given an unknown time zone'],
  ['U1014', '{token} was given text that is not JSON'],
  ['U1015', '{token} was given a picture or timestamp that is too long or ambiguous'],
  ['U1016', '{token} was given an unknown encoding: use hex, base64 or base64url'],
  ['T0410', 'an argument of {token} has the wrong type'],
  ['T0411', 'the context of {token} has the wrong type'],
  ['T0412', 'an argument of {token} must be a list whose members all have the right type'],
  ['D1001', 'a number is out of range'],
  ['D1002', 'only a number can be negated, not {got}'],
  ['T1003', 'a key of an object must be a text, not {got}'],
  ['D1004', 'the regular expression matches an empty text'],
  ['T1005', '{token} is not a function; the $ in front of its name is missing'],
  ['T1006', '{token} is not a function'],
  ['T1007', '{token} is not a function; the $ in front of its name is missing'],
  ['T1008', '{token} is not a function'],
  ['D1009', 'two keys of one object are the same'],
  ['T1010', 'the matcher given to {token} does not answer as a matcher does'],
  ['D1011', 'calls are nested too deeply'],
  ['D1012', 'the expression takes too long'],
  ['D1013', 'a key beginning with _jsonata_ is reserved'],
  ['T2001', 'the left side of {token} must be a number, not {got}'],
  ['T2002', 'the right side of {token} must be a number, not {got}'],
  ['T2003', 'the left side of .. must be an integer'],
  ['T2004', 'the right side of .. must be an integer'],
  ['T2006', 'the right side of ~> must be a function, not {got}'],
  ['T2007', 'an order compares {got}'],
  ['T2008', 'an order needs numbers or texts, not {got}'],
  ['T2009', 'both sides of {token} must be of one type, not {got}'],
  ['T2010', 'both sides of {token} must be numbers or texts, not {got}'],
  ['T2011', 'the update of a transform must be an object, not {got}'],
  ['T2012', 'the deletion of a transform must be a text or a list of texts, not {got}'],
  ['T2013', 'the transform needs $clone, which is bound to something that is no function'],
  ['D2014', 'the range is too large'],
  ['D3001', 'a number out of range cannot become text'],
  ['D3010', 'the pattern of $replace must not be empty'],
  ['D3011', 'the limit of $replace must not be negative'],
  ['D3012', 'the replacement must be a text, not {got}'],
  ['D3020', 'the limit of $split must not be negative'],
  ['D3030', 'the value cannot become a number'],
  ['D3040', 'the limit of $match must not be negative'],
  ['D3050', 'the function given to $reduce must take at least two arguments'],
  ['D3060', 'the square root of a negative number was asked for'],
  ['D3061', 'the power is out of range'],
  ['D3070', '$sort without a function needs a list of numbers or a list of texts'],
  ['D3100', 'the base must be between 2 and 36'],
  ['D3110', 'the timestamp is not ISO 8601'],
  ['D3136', 'the picture does not say enough to read a time'],
  ['D3138', '$single found more than one'],
  ['D3139', '$single found none'],
  ['D3140', '{token} was given a malformed text'],
])
