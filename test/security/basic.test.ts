import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Security, WireHead } from '../../engine/core/component.ts'
import type { BasicSecurity } from '../../engine/core/config.gen.ts'
import { SluiceError } from '../../engine/core/errors.ts'
import { Secret } from '../../engine/core/secret.ts'
import basic from '../../engine/security/methods/basic.ts'
import { head } from './head.ts'

const config = (users: Readonly<Record<string, string>>, user?: string): BasicSecurity => ({
  users: Object.fromEntries(Object.entries(users).map(([name, password]) => [name, new Secret(password)])),
  user,
  realm: 'rates',
})
const security = basic.create(config({ partner: 'open sesame', zoë: 'pässwörd', colon: 'a:b:c' }), 'partners')

/** The code, or the name of who is let in. */
async function enter(entry: Security, request: WireHead): Promise<string> {
  try {
    const principal = await entry.authenticate?.(request)
    return principal?.name ?? 'nobody'
  } catch (error) {
    assert.ok(error instanceof SluiceError)
    assert.equal(error.detail.headers?.['www-authenticate'], 'Basic realm="rates", charset="UTF-8"')
    return error.code
  }
}

const encode = (text: string): string => Buffer.from(text).toString('base64')
const cases: readonly { readonly name: string; readonly header: string | undefined; readonly want: string }[] = [
  { name: 'the right password lets in', header: `Basic ${encode('partner:open sesame')}`, want: 'partner' },
  { name: 'the scheme may be written in any case', header: `bASIC ${encode('partner:open sesame')}`, want: 'partner' },
  { name: 'names and passwords are UTF-8', header: `Basic ${encode('zoë:pässwörd')}`, want: 'zoë' },
  { name: 'a password may have colons', header: `Basic ${encode('colon:a:b:c')}`, want: 'colon' },
  { name: 'a wrong password does not', header: `Basic ${encode('partner:open sesame!')}`, want: 'UNAUTHENTICATED' },
  { name: 'the password of another user does not', header: `Basic ${encode('partner:a:b:c')}`, want: 'UNAUTHENTICATED' },
  { name: 'an empty password does not', header: `Basic ${encode('partner:')}`, want: 'UNAUTHENTICATED' },
  { name: 'an unknown user does not', header: `Basic ${encode('stranger:open sesame')}`, want: 'UNAUTHENTICATED' },
  { name: 'the user __proto__ does not', header: `Basic ${encode('__proto__:x')}`, want: 'UNAUTHENTICATED' },
  { name: 'the user constructor does not', header: `Basic ${encode('constructor:x')}`, want: 'UNAUTHENTICATED' },
  { name: 'no header does not', header: undefined, want: 'UNAUTHENTICATED' },
  { name: 'an empty header does not', header: '', want: 'UNAUTHENTICATED' },
  { name: 'another scheme does not', header: `Bearer ${encode('partner:open sesame')}`, want: 'UNAUTHENTICATED' },
  { name: 'what is no base64 does not', header: 'Basic partner:open', want: 'UNAUTHENTICATED' },
  { name: 'what has no colon does not', header: `Basic ${encode('partner')}`, want: 'UNAUTHENTICATED' },
  {
    name: 'what is no UTF-8 does not',
    header: `Basic ${Buffer.from('zo\u00eb:p\u00e4ssw\u00f6rd', 'latin1').toString('base64')}`,
    want: 'UNAUTHENTICATED',
  },
  { name: 'a control character does not', header: `Basic ${encode('partner\0:open sesame')}`, want: 'UNAUTHENTICATED' },
]
for (const { name, header, want } of cases)
  test(`basic: ${name}`, async () => {
    for (const round of ['the first time', 'the second time'])
      assert.equal(await enter(security, head({ authorization: header })), want, round)
  })

test('basic: who is let in carries the name of the security entry', async () => {
  const principal = await security.authenticate?.(head({ authorization: `Basic ${encode('partner:open sesame')}` }))
  assert.deepEqual(principal, { name: 'partner', method: 'partners', claims: {} })
})

test('basic: a refusal says neither the name nor the password', async () => {
  await assert.rejects(
    async () => security.authenticate?.(head({ authorization: `Basic ${encode('stranger:hunter2')}` })),
    (error: unknown) => {
      assert.ok(error instanceof SluiceError)
      assert.doesNotMatch(JSON.stringify([error.message, error.detail]), /stranger|hunter2/)
      return true
    },
  )
})

test('basic: more spellings of credentials than are remembered are still let in', async () => {
  const token = encode('partner:open sesame')
  for (let blanks = 1; blanks <= 1_100; blanks += 1)
    assert.equal(await enter(security, head({ authorization: `Basic${' '.repeat(blanks)}${token}` })), 'partner')
})

const identities: readonly { readonly name: string; readonly config: BasicSecurity; readonly want: string | undefined }[] = [
  { name: 'the one user', config: config({ zoë: 'pässwörd' }), want: 'zoë:pässwörd' },
  { name: 'the user that is said', config: config({ a: '1', b: '2' }, 'b'), want: 'b:2' },
  { name: 'nobody, where there are several and none is said', config: config({ a: '1', b: '2' }), want: undefined },
]
for (const { name, config: given, want } of identities)
  test(`basic: to others we are ${name}`, async () => {
    const outgoing = { method: 'GET', url: 'http://there/', headers: { accept: 'text/plain' } }
    const headers = await basic.create(given, 'us').identify?.(outgoing)
    assert.deepEqual(headers, want === undefined ? undefined : { accept: 'text/plain', authorization: `Basic ${encode(want)}` })
  })

const faults: readonly { readonly name: string; readonly config: BasicSecurity; readonly want: readonly string[] }[] = [
  { name: 'several users without `user` are right', config: config({ a: '1', b: '2' }), want: [] },
  { name: 'a name with a colon is a fault', config: config({ 'a:b': '1' }), want: ['/users/a:b'] },
  { name: 'an empty name is a fault', config: config({ '': '1' }), want: ['/users/'] },
  { name: 'a line break in a name is a fault', config: config({ 'a\n/~': '1' }), want: ['/users/a\n~1~0'] },
  { name: 'a line break in a password is a fault', config: config({ a: '1\n' }), want: ['/users/a'] },
  { name: 'a `user` that is none is a fault', config: config({ a: '1' }, 'toString'), want: ['/user'] },
]
for (const { name, config: given, want } of faults)
  test(`basic: ${name}`, () =>
    assert.deepEqual(
      basic.check?.(given).map(({ pointer }) => pointer),
      want,
    ))
