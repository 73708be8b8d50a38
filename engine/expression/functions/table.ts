import { parseSignature, type Signature } from '../signature.ts'
import { arrayFunctions } from './array.ts'
import type { Builtin } from './builtin.ts'
import { dateFunctions } from './date.ts'
import { encodeFunctions } from './encode.ts'
import { higherFunctions } from './higher.ts'
import { matchFunctions } from './match.ts'
import { numberFunctions } from './number.ts'
import { objectFunctions } from './object.ts'
import { pictureFunctions } from './picture.ts'
import { stringFunctions } from './string.ts'

/** A function with its signature parsed. */
export interface Known extends Builtin {
  readonly takes: Signature
}

const all = [
  numberFunctions,
  stringFunctions,
  matchFunctions,
  encodeFunctions,
  arrayFunctions,
  objectFunctions,
  higherFunctions,
  pictureFunctions,
  dateFunctions,
]

/** Every function of the language, by name: what the compiler calls, findings compare with, and the reference lists. */
export const knownFunctions: ReadonlyMap<string, Known> = new Map(
  all.flat().map(builtin => [builtin.name, { ...builtin, takes: parseSignature(builtin.signature) }]),
)

/** What JSONata has and the language refuses, with what to write instead. */
export const refusedFunctions: ReadonlyMap<string, string> = new Map([
  ['eval', 'an expression is always in the configuration, never in a message'],
  ['error', 'write a step `fail`'],
  ['assert', 'write a step `validate` or `fail`'],
])
