import { asSluiceError, SluiceError } from '../core/errors.ts'
import type { Where } from '../core/finding.ts'

/** The place of an expression: the step that has it, and its own line of YAML. */
export interface Place {
  readonly step: string
  readonly where: Where
}

/** An EXPRESSION error at its place. `thrown`: what evaluating it gave. */
export function expressionError(sentence: string, place: Place): SluiceError {
  return at(new SluiceError('EXPRESSION', sentence), place)
}

/** Puts the place on what an evaluation threw, where nothing more exact stands there. */
export const locateExpression = (thrown: unknown, place: Place): SluiceError => at(asSluiceError(thrown), place)

function at(error: SluiceError, place: Place): SluiceError {
  error.at ??= place
  return error
}
