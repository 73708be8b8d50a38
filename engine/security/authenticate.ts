import type { Security, WireHead } from '../core/component.ts'
import { asSluiceError, SluiceError } from '../core/errors.ts'
import type { Principal } from '../core/message.ts'

export interface NamedSecurity {
  readonly name: string
  readonly security: Security
}

export type Authenticate = (request: WireHead) => Principal | undefined | Promise<Principal>

/**
 * Who calls, by any of the methods, in their order; without methods everybody, as nobody. Throws or rejects with UNAUTHENTICATED, with the
 * challenges of all of them; with another error where one method could not tell, and no other let in.
 */
export function authenticator(methods: readonly NamedSecurity[]): Authenticate {
  if (methods.length === 0) return () => undefined
  const checks = methods.map(({ name, security }): Check => {
    if (security.authenticate !== undefined) return security.authenticate.bind(security)
    throw new SluiceError('INTERNAL', `the security "${name}" says who we are, not who calls`)
  })
  const [only] = checks
  return only !== undefined && checks.length === 1 ? only : request => tryFrom(0, [])(request, checks)
}

type Check = (request: WireHead) => Principal | Promise<Principal>

/** A method that decides at once costs no promise. */
function tryFrom(
  at: number,
  refusals: readonly SluiceError[],
): (request: WireHead, checks: readonly Check[]) => Principal | Promise<Principal> {
  return (request, checks) => {
    const check = checks[at]
    if (check === undefined) throw merge(refusals)
    const next = (thrown: unknown): Principal | Promise<Principal> => tryFrom(at + 1, [...refusals, asSluiceError(thrown)])(request, checks)
    try {
      const answer = check(request)
      return answer instanceof Promise ? answer.catch(next) : answer
    } catch (error) {
      return next(error)
    }
  }
}

function merge(refusals: readonly SluiceError[]): SluiceError {
  const undecided = refusals.find(({ code }) => code !== 'UNAUTHENTICATED')
  if (undecided !== undefined) return undecided
  const challenges = refusals.flatMap(({ detail }) => detail.headers?.['www-authenticate'] ?? []).map(String)
  const [first] = refusals
  const sentence = refusals.length > 0 && refusals.every(({ message }) => message === first?.message) ? first?.message : undefined
  return new SluiceError('UNAUTHENTICATED', sentence ?? 'the credentials are missing or wrong', {
    headers: { 'www-authenticate': [...new Set(challenges)] },
  })
}
