import { SluiceError } from '../core/errors.ts'

/** A request that breaks a rule of HTTP, or of this edge. 400 unless a status is given. */
export const badRequest = (sentence: string, status?: number): SluiceError =>
  new SluiceError('BAD_REQUEST', sentence, status === undefined ? {} : { status })
