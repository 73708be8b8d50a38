import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { Secret } from '../../engine/core/secret.ts'
import { configOf, loadTexts, modelOf, places } from './loading.ts'

const configuration = [
  'connectors:',
  '  crm:',
  '    http:',
  '      url: https://ada:${PASSWORD}@crm.example.com/v1',
  '      headers: { authorization: "Bearer ${file:token.txt}" }',
  '    security: us',
  'security:',
  '  us:',
  '    basic: { users: { ada: "${PASSWORD}" } }',
  'pipelines:',
  '  p:',
  '    channels:',
  '      - http: /p',
  '        security: us',
  '    steps:',
  '      - call: crm.get',
  '        with: { headers: { x-key: "${file:token.txt}" }, query: { key: "${file:token.txt}" } }',
].join('\n')
const load = (password: string, token: string): ReturnType<typeof modelOf> =>
  modelOf({ 'config.yaml': configuration, 'token.txt': `${token}\n` }, { PASSWORD: password })

test('secrets are there for those who use them', async () => {
  const { connectors, security, pipelines } = await load('pw-4711', 'token-4711')
  const { url, headers } = configOf<{ url: Secret; headers: Record<string, Secret> }>(connectors.get('crm'))
  assert.equal(url.reveal(), 'https://ada:pw-4711@crm.example.com/v1')
  assert.equal(String(url), 'https://***@crm.example.com/v1')
  assert.equal(headers['authorization']?.reveal(), 'Bearer token-4711')
  assert.equal(configOf<{ users: Record<string, Secret> }>(security.get('us')).users['ada']?.reveal(), 'pw-4711')
  const given = configOf<{ with: Record<'headers' | 'query', Record<string, Secret>> }>(pipelines.get('p')?.steps[0]).with
  assert.ok(given.query['key'] instanceof Secret)
  assert.equal(given.headers['x-key']?.reveal(), 'token-4711')
})

test('secrets are in nothing that is printed of a model', async () => {
  const model = await load('pw-4711', 'token-4711')
  const printed = [
    inspect(model, { depth: 20, showHidden: true }),
    JSON.stringify([...model.connectors, ...model.security, ...model.pipelines]),
    model.hash,
  ]
  assert.doesNotMatch(printed.join('\n'), /4711/)
})

test('a rotated password or token is a change, of those who hold it and of the whole', async () => {
  const [before, password, token, again] = await Promise.all([
    load('a-1', 't-1'),
    load('a-2', 't-1'),
    load('a-1', 't-2'),
    load('a-1', 't-1'),
  ])
  const hashes = (model: typeof before): readonly (string | undefined)[] => [
    model.connectors.get('crm')?.hash,
    model.security.get('us')?.hash,
    model.pipelines.get('p')?.channels[0]?.hash,
    model.hash,
  ]
  const differ = (model: typeof before): readonly boolean[] => hashes(model).map((hash, at) => hash !== hashes(before)[at])
  assert.deepEqual(differ(again), [false, false, false, false])
  assert.deepEqual(differ(password), [true, true, true, true])
  assert.deepEqual(differ(token), [true, false, false, true])
})

const clear = [
  { name: 'a password', text: 'security:\n  us:\n    basic: { users: { ada: hunter-4711 } }', want: ['3:28 secret-in-clear'] },
  { name: 'a password in an address', text: 'connectors:\n  crm:\n    http: https://ada:hunter-4711@a', want: ['3:11 secret-in-clear'] },
  { name: 'an address without one', text: 'connectors:\n  crm:\n    http: https://a', want: [] },
  {
    name: 'a header that is none',
    text: 'connectors:\n  crm:\n    http: { url: https://a, headers: { user-agent: hunter-4711 } }',
    want: [],
  },
  {
    name: 'a header that is one',
    text: 'connectors:\n  crm:\n    http: { url: https://a, headers: { x-api-key: hunter-4711 } }',
    want: ['3:51 secret-in-clear'],
  },
]
for (const { name, text, want } of clear)
  test(`clear text: ${name}`, async () => {
    const { findings, model } = await loadTexts(text)
    assert.deepEqual(places(findings), want)
    assert.notEqual(model, undefined, 'a warning does not refuse')
    assert.doesNotMatch(JSON.stringify(findings), /4711/)
  })

const faulty = [
  { name: 'a password that is a number', text: 'security:\n  us:\n    basic: { users: { ada: 4711 } }' },
  { name: 'a password that YAML misreads', text: 'security:\n  us:\n    basic: { users: { ada: 004711 } }' },
  { name: 'an address in the place of a type', text: 'connectors:\n  crm: https://ada:hunter-4711@a' },
  { name: 'an address that is none', text: 'connectors:\n  crm:\n    http: ada:hunter-4711@a' },
  { name: 'an unknown key in front of it', text: 'security:\n  us:\n    basic: { user: { ada: hunter-4711 } }' },
  { name: 'broken YAML around it', text: 'security:\n  us:\n    basic: { users: { ada: "hunter-4711 } }' },
  { name: 'a variable of a wrong kind', text: 'connectors:\n  crm:\n    http: ${PASSWORD}' },
  {
    name: 'a method by variable',
    text: 'pipelines:\n  p:\n    channels:\n      - http: { path: /p, method: "${PASSWORD}" }\n        security: none',
  },
]
for (const { name, text } of faulty)
  test(`no finding repeats a secret: ${name}`, async () => {
    const { findings } = await loadTexts(text, { PASSWORD: 'hunter-4711' })
    assert.notEqual(findings.length, 0)
    assert.doesNotMatch(JSON.stringify(findings), /4711/)
  })
