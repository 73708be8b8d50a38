import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Security } from '../../engine/core/component.ts'
import { SluiceError } from '../../engine/core/errors.ts'
import type { Principal } from '../../engine/core/message.ts'
import { authenticator } from '../../engine/security/authenticate.ts'
import { head } from './head.ts'

const principal = (name: string): Principal => ({ name, method: name, claims: {} })
const refusing = (challenge: string): Security => ({
  authenticate: () => {
    throw new SluiceError('UNAUTHENTICATED', `no ${challenge}`, { headers: { 'www-authenticate': challenge } })
  },
})
const refusingLater = (challenge: string): Security => ({
  authenticate: async request => (await refusing(challenge).authenticate?.(request)) ?? principal(''),
})
const taking = (name: string): Security => ({ authenticate: () => principal(name) })
const takingLater = (name: string): Security => ({ authenticate: async () => principal(name) })
const away: Security = {
  authenticate: () => {
    throw new SluiceError('UNREACHABLE', 'asking the directory')
  },
}

const cases: readonly { readonly name: string; readonly methods: readonly Security[]; readonly want: string }[] = [
  { name: 'without methods everybody is nobody', methods: [], want: 'nobody' },
  { name: 'the one method says who calls', methods: [taking('a')], want: 'a' },
  { name: 'the first of two that lets in says who calls', methods: [taking('a'), taking('b')], want: 'a' },
  { name: 'any of two lets in', methods: [refusing('A'), taking('b')], want: 'b' },
  { name: 'any of two lets in, though both take their time', methods: [refusingLater('A'), takingLater('b')], want: 'b' },
  { name: 'any of three lets in', methods: [refusing('A'), refusingLater('B'), taking('c')], want: 'c' },
  { name: 'one that cannot tell does not keep another from letting in', methods: [away, taking('b')], want: 'b' },
  { name: 'one challenge is passed on', methods: [refusing('A')], want: 'UNAUTHENTICATED A' },
  { name: 'all challenges are told, each once', methods: [refusing('A'), refusingLater('B'), refusing('A')], want: 'UNAUTHENTICATED A,B' },
  {
    name: 'where one cannot tell and none lets in, that is the error',
    methods: [refusing('A'), away, refusing('B')],
    want: 'UNREACHABLE ',
  },
]
for (const { name, methods, want } of cases)
  test(`authentication: ${name}`, async () => {
    const authenticate = authenticator(methods.map((security, at) => ({ name: `method-${at}`, security })))
    const got = await (async () => (await authenticate(head({})))?.name ?? 'nobody')().catch((error: unknown) => {
      assert.ok(error instanceof SluiceError)
      return `${error.code} ${error.detail.headers?.['www-authenticate'] ?? ''}`
    })
    assert.equal(got, want)
  })

test('authentication: a method that decides at once costs no promise', () => {
  const authenticate = authenticator([
    { name: 'a', security: refusing('A') },
    { name: 'b', security: taking('b') },
  ])
  assert.deepEqual(authenticate(head({})), principal('b'))
})

test('authentication: a method that only says who we are lets nobody in', () => {
  const only: Security = { identify: ({ headers }) => headers }
  assert.throws(() => authenticator([{ name: 'us', security: only }]), /the security "us" says who we are, not who calls/)
})
