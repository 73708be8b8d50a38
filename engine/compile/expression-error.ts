import { asSluiceError, SluiceError } from '../core/errors.ts'
import { Template, type Tree } from '../core/expression.ts'
import type { Where } from '../core/finding.ts'

/** The place of an expression: the step that has it, and its own line of YAML. */
export interface Place {
  readonly step: string
  readonly where: Where
}

/** The line of the tree itself, where it is a template; else what stands around it. */
export const placeOf = (tree: Tree, around: Place): Place => (tree instanceof Template ? { step: around.step, where: tree.where } : around)

/** An EXPRESSION error at its place. */
export function expressionError(sentence: string, place: Place): SluiceError {
  return at(new SluiceError('EXPRESSION', sentence), place)
}

/** Puts the place on what an evaluation threw, where nothing more exact stands there. */
export const locateExpression = (thrown: unknown, place: Place): SluiceError => at(asSluiceError(thrown), place)

function at(error: SluiceError, place: Place): SluiceError {
  error.at ??= place
  return error
}
