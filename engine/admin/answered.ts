import { asSluiceError } from '../core/errors.ts'
import type { Answer } from './route.ts'

/** 200 with what `work` gives, or the status of its error and its sentence. */
export async function answered(work: () => Promise<unknown>): Promise<Answer> {
  try {
    return { status: 200, body: await work() }
  } catch (thrown) {
    const { status, message, code } = asSluiceError(thrown)
    return { status, body: { error: message, code } }
  }
}
