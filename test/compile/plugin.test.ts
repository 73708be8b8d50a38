import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { house } from './house.ts'

const plugins = fileURLToPath(new URL('plugins', import.meta.url))
const misbehaving = (how: string, more = '') => `steps:\n  - plugin: misbehave\n    with: { how: ${how} }${more}`

test('a plugin is a step: it gets its configuration and a message that is frozen to the bottom, and gives the new body', async context => {
  const { run } = await house(
    context,
    'steps:\n  - plugin: upper\n    as: result\n  - transform:\n      body: ${{ $ }}\n      result: ${{ $result }}',
    { plugins },
  )
  const given = { name: 'ann' }
  assert.deepEqual((await run(given)).body, { body: { name: 'ann' }, result: { field: 'ANN', frozen: true } })
  assert.equal(Object.isFrozen(given), false, 'what others hold is left as it was')
})

const faults: readonly { readonly how: string; readonly says: RegExp }[] = [
  { how: 'throws', says: /the plugin misbehave failed: x is not a function/ },
  { how: 'rejects', says: /failed: later/ },
  { how: 'function', says: /gave a function at \/a\/1, which is not JSON/ },
  { how: 'date', says: /gave an object of a class at \/at/ },
  { how: 'nan', says: /gave a number that JSON cannot say at \/0/ },
  { how: 'cyclic', says: /deeper than 64 levels/ },
]
for (const { how, says } of faults)
  test(`a plugin that misbehaves (${how}) is PLUGIN, at its step`, async context => {
    const { failure } = await house(context, misbehaving(how), { plugins })
    const error = await failure({})
    assert.equal(error.code, 'PLUGIN')
    assert.match(error.message, says)
    assert.equal(error.at?.step, 'steps/0')
  })

test('a plugin’s fault can be caught, with what it threw as the cause', async context => {
  const { failure } = await house(context, misbehaving('throws'), { plugins })
  assert.ok((await failure({})).cause instanceof TypeError)
  const { run } = await house(
    context,
    misbehaving('throws', '\n    catch:\n      - on: PLUGIN\n        steps:\n          - transform: caught'),
    { plugins },
  )
  assert.equal((await run({})).body, 'caught')
})

test('any thenable is a promise', async context => {
  const { run } = await house(context, misbehaving('thenable'), { plugins })
  assert.equal((await run({})).body, 'thenable')
})

test('a plugin that never ends ends at the timeout of its step', async context => {
  const { failure } = await house(context, misbehaving('never', '\n    timeout: 10ms'), { plugins })
  assert.equal((await failure({})).code, 'TIMEOUT')
})
