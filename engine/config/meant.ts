import type { RawError } from '../schema/built-in.ts'
import { nearest } from './near.ts'

/**
 * The errors that say what is wrong. Of alternatives only the branch counts that has the shape of what was written; where none has, only
 * that no alternative fits. What is wrong with a key is said once, by `propertyNames`.
 */
export function meant(errors: readonly RawError[]): readonly RawError[] {
  const alternatives = errors.filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf')
  const dropped = new Set<RawError>()
  for (const whole of alternatives) {
    const inside = errors.slice(0, errors.indexOf(whole)).filter(error => branchOf(error, whole) !== undefined)
    const branches = Map.groupBy(inside, error => branchOf(error, whole))
    const fitting = [...branches.values()].find(branch =>
      branch.every(error => error.instancePath !== whole.instancePath || isDetail(error)),
    )
    for (const error of inside) if (!fitting?.includes(error)) dropped.add(error)
    if (fitting !== undefined) dropped.add(whole)
  }
  for (const error of errors) if (error.keyword === 'required' && isMistyped(error, errors)) dropped.add(error)
  return errors.filter(error => !dropped.has(error) && error.keyword !== 'if' && !error.schemaPath.includes('/propertyNames/'))
}

/** The branch of an alternative that an error is of: its number; for one that refers to another document, whose errors count from there, `other`. */
function branchOf({ schemaPath, instancePath }: RawError, whole: RawError): string | undefined {
  if (schemaPath.startsWith(`${whole.schemaPath}/`)) return schemaPath.slice(whole.schemaPath.length + 1).split('/')[0]
  const below = instancePath === whole.instancePath || instancePath.startsWith(`${whole.instancePath}/`)
  const beside = schemaPath.startsWith(whole.schemaPath.slice(0, whole.schemaPath.lastIndexOf('/')))
  return below && !beside ? 'other' : undefined
}

/** What is missing is there, under a key that is spelt wrong: that is told, with the right one. */
function isMistyped({ instancePath, params }: RawError, errors: readonly RawError[]): boolean {
  const missing = String(params['missingProperty'])
  return errors.some(
    error =>
      error.keyword === 'additionalProperties' &&
      error.instancePath === instancePath &&
      nearest(String(error.params['additionalProperty']), [missing]) !== undefined,
  )
}

/** It says something about a value of the right shape. */
const isDetail = ({ keyword }: RawError): boolean => !['type', 'const', 'enum', 'required'].includes(keyword)
