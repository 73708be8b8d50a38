import { hash, randomBytes, timingSafeEqual } from 'node:crypto'
import { type ConfigFault, defineSecurity, type Identify, type WireHead } from '../../core/component.ts'
import type { BasicSecurity } from '../../core/config.gen.ts'
import { SluiceError } from '../../core/errors.ts'
import type { Principal } from '../../core/message.ts'

/**
 * HTTP Basic (RFC 7617), user names and passwords in UTF-8. As who we are to others it gives the one user, or `user`;
 * with several and none said it only lets in.
 */
export default defineSecurity<BasicSecurity>({
  needs: 'head',
  check,
  create(config, name) {
    const identify = createIdentify(config)
    return { authenticate: createAuthenticate(config, name), ...(identify === undefined ? {} : { identify }) }
  },
})

function check({ users, user }: BasicSecurity): readonly ConfigFault[] {
  const faults: ConfigFault[] = []
  for (const name of Object.keys(users)) {
    const pointer = `/users/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
    if (name === '' || name.includes(':')) faults.push({ pointer, message: 'a user name cannot be empty or have a ":" (RFC 7617)' })
    else if (controls.test(name)) faults.push({ pointer, message: 'a user name cannot have a control character' })
    else if (controls.test(users[name]?.reveal() ?? '')) faults.push({ pointer, message: 'a password cannot have a control character' })
  }
  if (user !== undefined && !Object.hasOwn(users, user))
    faults.push({ pointer: '/user', message: `there is no user "${user}"`, hint: `write one of ${Object.keys(users).join(', ')}` })
  return faults
}

/**
 * Whom a header lets in. Neither the time nor the answer tells an unknown user from a wrong password: the password is hashed, and compared
 * in constant time, in both cases. What was once found right is known again by a keyed hash.
 */
function createAuthenticate({ users, realm }: BasicSecurity, method: string): (request: WireHead) => Principal {
  const key = randomBytes(32).toString('base64')
  const digest = (text: string): Buffer => hash('sha256', key + text, 'buffer')
  const known = new Map(Object.entries(users).map(([name, password]) => [name, digest(password.reveal())]))
  // No password has this digest.
  const nobody = randomBytes(32)
  const verified = new Map<string, Principal>()
  const challenge = `Basic realm="${realm}", charset="UTF-8"`
  const refuse = (sentence: string): SluiceError =>
    new SluiceError('UNAUTHENTICATED', sentence, { headers: { 'www-authenticate': challenge } })

  return ({ headers }) => {
    const { authorization } = headers
    if (typeof authorization !== 'string') throw refuse('credentials are missing')
    const mark = hash('sha256', key + authorization, 'base64')
    const before = verified.get(mark)
    if (before !== undefined) return before

    const given = readCredentials(authorization)
    if (given === undefined) throw refuse('the header authorization is not Basic credentials')
    if (!timingSafeEqual(digest(given.password), known.get(given.user) ?? nobody)) throw refuse('the credentials are wrong')
    const principal: Principal = { name: given.user, method, claims: {} }
    // One user's credentials can be written in several ways, but only so many are worth remembering.
    if (verified.size >= remembered) verified.clear()
    verified.set(mark, principal)
    return principal
  }
}
const remembered = 1_000

/** `undefined` for whatever is not `Basic`, base64, UTF-8, and a name before the first colon. */
function readCredentials(authorization: string): { readonly user: string; readonly password: string } | undefined {
  const token = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization)?.[1]
  if (token === undefined) return undefined
  const text = readUtf8(Buffer.from(token, 'base64'))
  const colon = text?.indexOf(':') ?? -1
  if (text === undefined || colon < 1 || controls.test(text)) return undefined
  return { user: text.slice(0, colon), password: text.slice(colon + 1) }
}

function readUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

// RFC 7617 2: neither the user name nor the password may have any.
const controls = /\p{Cc}/u

function createIdentify({ users, user }: BasicSecurity): Identify | undefined {
  const names = Object.keys(users)
  const name = user ?? (names.length === 1 ? names[0] : undefined)
  const password = name === undefined || !Object.hasOwn(users, name) ? undefined : users[name]
  if (name === undefined || password === undefined) return undefined
  return ({ headers }) => ({ ...headers, authorization: `Basic ${Buffer.from(`${name}:${password.reveal()}`).toString('base64')}` })
}
