import assert from 'node:assert/strict'
import { test } from 'node:test'
import { explanations } from '../../engine/config/explanations.ts'
import { codes } from '../../engine/core/errors.ts'
import { sluice } from '../support/gateway.ts'

test('a rule is explained by what is wrong, and by a wrong and a right piece of YAML', async () => {
  const { code, out } = await sluice(['explain', 'missing-security'])
  assert.match(out, /^missing-security\n\nA channel that is called from outside/)
  assert.match(out, /\nWrong:\n\n {4}pipelines:\n/)
  assert.match(out, /\nRight:\n\n {4}pipelines:\n[\s\S]*security: none\n$/)
  assert.equal(code, 0)
})

test('a rule that YAML cannot show says why', async () => {
  assert.match((await sluice(['explain', 'cannot-start'])).out, /\nNo example: it depends on the machine/)
})

test('a code is explained by its status, its fault and whether trying again may help', async () => {
  const { code, out } = await sluice(['explain', 'TIMEOUT'])
  assert.equal(
    out,
    'TIMEOUT\n\none call or step took longer than allowed\n\n' +
      'status  504\nfault   upstream: the called system must be looked at\n' +
      'retry   unsafe: it may have happened, so only what is idempotent is tried again\n',
  )
  assert.equal(code, 0)
  assert.equal((await sluice(['explain', 'timeout'])).out, out)
})

test('without a name all are listed', async () => {
  const { code, out } = await sluice(['explain'])
  for (const name of [...Object.keys(explanations), ...Object.keys(codes)]) assert.match(out, new RegExp(`^  ${name} `, 'm'))
  assert.equal(code, 0)
})

const unknown = [
  { name: 'unknwon-variable', says: /there is no rule or code "unknwon-variable" \(did you mean unknown-variable, / },
  { name: 'schema', says: /\(did you mean unknown-schema, remote-schema, invalid-schema\?\)/ },
  { name: 'UNREACHABEL', says: /\(did you mean UNREACHABLE\?\)/ },
  { name: 'constructor', says: /there is no rule or code "constructor"; "sluice explain" lists all/ },
]
for (const { name, says } of unknown)
  test(`${name} is no rule and no code: near ones are named`, async () => {
    const { code, out, err } = await sluice(['explain', name])
    assert.match(err, says)
    assert.equal(out, '')
    assert.equal(code, 1)
  })

test('as JSON, a page, a code and the list are objects', async () => {
  const json = async (...args: readonly string[]): Promise<unknown> =>
    JSON.parse((await sluice(['explain', ...args, '--format', 'json'])).out)
  assert.deepEqual(await json('merge-key'), { rule: 'merge-key', ...explanations['merge-key'] })
  assert.deepEqual(await json('TOO_LARGE'), { code: 'TOO_LARGE', ...codes.TOO_LARGE })
  assert.deepEqual(await json(), { rules: Object.keys(explanations), codes: Object.keys(codes) })
})
