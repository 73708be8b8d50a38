import { SluiceError } from '../../core/errors.ts'
import type { Body } from '../../core/message.ts'

/** The sum, where a kept value is a whole number and stays one that is exact. Throws UPSTREAM_REFUSED. */
export function add(value: Body, by: number): number {
  const sum = typeof value === 'number' ? value + by : Number.NaN
  if (Number.isSafeInteger(value) && Number.isSafeInteger(sum)) return sum
  throw new SluiceError('UPSTREAM_REFUSED', 'incrementing: the value in the cache is no whole number, or would be too large for one')
}
