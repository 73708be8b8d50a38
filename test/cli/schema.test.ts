import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { Ajv } from 'ajv'
import { parse } from 'yaml'
import { root, scratch, sluice } from '../support/gateway.ts'
import { languageServerPath, startLanguageServer } from '../support/language-server.ts'
import { pageBlocks, wrapBlock } from '../support/page-blocks.ts'
import { project } from './project.ts'

/** All YAML of the example and the documents, by name. */
const texts: readonly (readonly [string, string])[] = [
  ...readdirSync(join(root, 'pipelines'))
    .filter(name => name.endsWith('.yaml'))
    .map(name => [name, readFileSync(join(root, 'pipelines', name), 'utf8')] as const),
  ...['README.md', 'docs/guide.md', 'docs/plugins.md', 'docs/operate.md'].flatMap(page =>
    pageBlocks(page, readFileSync(join(root, page), 'utf8')).flatMap(block =>
      Object.entries(wrapBlock(block)).map(([name, text]) => [`${page}-${block.line}-${name}`.replaceAll('/', '-'), text] as const),
    ),
  ),
]

test('the schema lets through the example and every block of the documents', async () => {
  const { code, out } = await sluice(['schema'])
  assert.equal(code, 0)
  const holds = new Ajv({ strict: false, allErrors: true }).compile(JSON.parse(out))
  assert.ok(texts.length > 25, `${texts.length}`)
  for (const [name, text] of texts) assert.ok(holds(parse(text)), `${name}: ${JSON.stringify(holds.errors)}`)
})

const wrong = [
  { name: 'a key that there is not', yaml: 'pipelins: {}' },
  { name: 'a modifier that there is not', yaml: 'connectors: { a: { http: "https://a.example", timout: 1s } }' },
  { name: 'two types at once', yaml: 'connectors: { a: { http: "https://a.example", cache: "memory:" } }' },
  { name: 'a number that is none', yaml: 'listeners: { a: { port: many } }' },
  { name: 'a key of another verb', yaml: 'pipelines: { a: { steps: [{ delay: 1s, batch: 2 }] } }' },
  { name: 'an argument that no operation of that name takes', yaml: 'pipelines: { a: { steps: [{ call: a.get, with: { kye: x } }] } }' },
]
for (const { name, yaml } of wrong)
  test(`the schema refuses ${name}`, async () => {
    const holds = new Ajv({ strict: false }).compile(JSON.parse((await sluice(['schema'])).out))
    assert.equal(holds(parse(yaml)), false)
  })

test('--out writes it to a file, with the plugins of the folder', async () => {
  const plugin = JSON.stringify({
    $id: 'sluice:/connector/ldap.json',
    title: 'Ldap',
    description: 'Asks a directory.',
    type: 'object',
    properties: { host: { type: 'string', description: 'Where.' } },
  })
  const code =
    "import { defineConnector } from 'sluice/plugin'\nexport default defineConnector({ create: () => ({ operations: {}, client: undefined }) })\n"
  await using home = await project({ 'plugins/ldap/schema.json': plugin, 'plugins/ldap/plugin.ts': code })
  assert.deepEqual(await home.run(['schema', '--out', 'sluice.schema.json']), { code: 0, out: '', err: '' })
  const { definitions } = JSON.parse(await readFile(join(home.folder, 'sluice.schema.json'), 'utf8'))
  assert.match(JSON.stringify(definitions.connector), /"ldap":\{"description":"Asks a directory\."/)
})

const path = languageServerPath()
const skip = path === undefined ? 'yaml-language-server is not installed' : false

test('in an editor', { skip }, async t => {
  const { folder, remove } = await scratch()
  await sluice(['schema', '--out', join(folder, 'sluice.schema.json')])
  await using server = await startLanguageServer(path ?? '', folder, join(folder, 'sluice.schema.json'))
  await server.diagnostics('first.yaml', 'pipelines: {}\n')

  const offers = [
    { at: '|', wants: ['connectors', 'security', 'schemas', 'listeners', 'pipelines', 'tests'] },
    { at: 'pipelines:\n  a:\n    |', wants: ['summary', 'input', 'channels', 'steps', 'reply', 'catch', 'timeout'] },
    { at: 'pipelines:\n  a:\n    channels:\n      - |', wants: ['http', 'soap', 'schedule', 'security', 'format'] },
    { at: 'pipelines:\n  a:\n    channels:\n      - http:\n          path: /a\n          method: |', wants: ['GET', 'POST', 'PUT'] },
    { at: 'pipelines:\n  a:\n    steps:\n      - |', wants: ['call', 'transform', 'choose', 'when', 'as'], not: ['batch', 'with'] },
    { at: 'pipelines:\n  a:\n    steps:\n      - each: x\n        |', wants: ['batch', 'collect', 'steps', 'when'], not: ['with'] },
    { at: 'pipelines:\n  a:\n    steps:\n      - call: crm.post\n        with:\n          |', wants: ['path', 'query', 'body'] },
    { at: 'connectors:\n  a:\n    cache:\n      |', wants: ['store', 'prefix', 'ttl'] },
    { at: 'tests:\n  - name: a\n    |', wants: ['pipeline', 'given', 'mock', 'expect'] },
  ]
  for (const { at, wants, not = [] } of offers)
    await t.test(`what may be written is offered: ${JSON.stringify(at.slice(-40))}`, async () => {
      const labels = await server.completion('offer.yaml', at)
      assert.deepEqual(
        [...wants.filter(name => !labels.includes(name)), ...not.filter(name => labels.includes(name))],
        [],
        labels.join(' '),
      )
    })

  const explained = [
    { at: 'pipe|lines:\n  a: {}\n', says: 'Channels, steps, reply.' },
    { at: 'connectors:\n  a:\n    ht|tp: https://a.example\n', says: 'Calls HTTP servers.' },
    { at: 'pipelines:\n  a:\n    steps:\n      - ca|ll: a.get\n', says: 'Reaches out: one operation of a connector.' },
    { at: 'pipelines:\n  a:\n    steps:\n      - call: a.post\n        with:\n          qu|ery: {}\n', says: 'Query parameters' },
  ]
  for (const { at, says } of explained)
    await t.test(`a key is explained: ${says}`, async () => {
      const shown = await server.hover('explain.yaml', at)
      assert.ok(shown.startsWith(says), shown)
    })

  await t.test('a key that there is not is marked', async () => {
    const text = 'pipelines:\n  a:\n    channels:\n      - http:\n          path: /a\n          methd: POST\n        security: none\n'
    assert.deepEqual(await server.diagnostics('typo.yaml', text), ['6: Property methd is not allowed.'])
  })

  await t.test('nothing is marked in the example, nor in the documents', async () => {
    // The line that names a schema names the user's own, which is not here.
    const own = /^# yaml-language-server:.*$/gm
    for (const [name, text] of texts) assert.deepEqual(await server.diagnostics(name, text.replace(own, '#')), [], name)
  })
  await remove()
})
