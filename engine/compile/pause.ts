import { SluiceError } from '../core/errors.ts'
import type { Scope } from '../core/scope.ts'

/** Waits so many milliseconds; rejects at once with what cuts the scope. */
export function pause(ms: number, scope: Scope): Promise<void> {
  return new Promise((resolve, reject) => {
    const { signal } = scope
    const cut = (): void => {
      clearTimeout(timer)
      reject(scope.reason ?? new SluiceError('CANCELLED', 'waiting', { cause: signal.reason }))
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', cut)
      resolve()
    }, ms)
    if (signal.aborted) cut()
    else signal.addEventListener('abort', cut, { once: true })
  })
}
