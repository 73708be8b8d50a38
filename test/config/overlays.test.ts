import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { type Loaded, load } from '../../engine/config/load.ts'
import type { CacheConnector, HttpConnector } from '../../engine/core/config.gen.ts'
import type { Finding } from '../../engine/core/finding.ts'
import type { Model } from '../../engine/core/model.ts'
import { Registry } from '../../engine/registry/registry.ts'
import { configOf } from './loading.ts'

const scratch = mkdtempSync(join(tmpdir(), 'sluice-overlays-'))
after(() => rmSync(scratch, { recursive: true, force: true }))

type Folder = string | Readonly<Record<string, string>>

/** Loads folders of texts by file name, the base first. */
async function overlaid(...folders: readonly Folder[]): Promise<Loaded> {
  const root = mkdtempSync(join(scratch, 'case-'))
  const registry = await Registry.open()
  try {
    const paths = folders.map((files, at) => {
      const folder = join(root, String(at))
      for (const [name, text] of Object.entries(typeof files === 'string' ? { 'a.yaml': files } : files)) {
        mkdirSync(dirname(join(folder, name)), { recursive: true })
        writeFileSync(join(folder, name), text)
      }
      return folder
    })
    return await load({ folder: paths, environment: { KEY: 'k' }, registry, listen: { host: '127.0.0.1', port: 8080 } })
  } finally {
    registry.close()
  }
}

async function modelOf(...folders: readonly Folder[]): Promise<Model> {
  const { model, findings } = await overlaid(...folders)
  assert.deepEqual(findings.map(shown), [])
  return model ?? assert.fail('there is no model')
}

/** `folder/file:line:column rule`. */
const shown = ({ file, line, column, rule }: Finding): string => `${file.split('/').slice(-2).join('/')}:${line}:${column} ${rule}`

const crm = ['connectors:', '  crm:', '    http: https://crm.example.com', '    timeout: 2s', '    retry: 3'].join('\n')

test('objects merge by key, and every value keeps the place it was written at', async () => {
  const model = await modelOf(crm, 'connectors:\n  crm:\n    timeout: 5s')
  const connector = model.connectors.get('crm')
  assert.deepEqual([connector?.timeout, connector?.retry?.attempts], [5000, 3])
  assert.equal(connector?.where.line, 2)
  assert.match(connector?.where.file ?? '', /0\/a\.yaml$/)
  const { findings } = await overlaid(crm, '# prod\nconnectors:\n  crm:\n    timeout: soon\n    retyr: 2')
  assert.deepEqual(findings.map(shown), ['1/a.yaml:4:14 wrong-value', '1/a.yaml:5:5 unknown-field'])
})

test('a shorthand and what it stands for merge: what is written short is written out first', async () => {
  const model = await modelOf(crm, 'connectors:\n  crm:\n    http: { maxReply: 2MB }\n    retry: { delay: 1s }')
  const connector = model.connectors.get('crm')
  const config = configOf<HttpConnector>(connector)
  assert.deepEqual([config.maxReply, config.url.reveal()], [2 * 1024 ** 2, 'https://crm.example.com'])
  assert.deepEqual([connector?.retry?.attempts, connector?.retry?.delay], [3, 1000])
  const back = await modelOf(
    'connectors:\n  crm:\n    http: { url: https://a.example.com, maxReply: 2MB }',
    'connectors:\n  crm:\n    http: https://b.example.com',
  )
  const other = configOf<HttpConnector>(back.connectors.get('crm'))
  assert.deepEqual([other.maxReply, other.url.reveal()], [2 * 1024 ** 2, 'https://b.example.com'])
})

test('a component of another type replaces it whole', async () => {
  const model = await modelOf(crm, 'connectors:\n  crm: cache')
  assert.deepEqual([model.connectors.get('crm')?.type, model.connectors.get('crm')?.timeout], ['cache', 500])
  const kept = await modelOf(
    'connectors:\n  c:\n    cache: { prefix: "a:" }',
    'connectors:\n  c:\n    cache: { store: "memory:" }\n    timeout: 1s',
  )
  assert.equal(configOf<CacheConnector>(kept.connectors.get('c')).prefix, 'a:')
})

test('what is wrong in an overlay is told there, and what it leaves incomplete at what it lies on', async () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['connectors:\n  crm:\n    htp: https://a.example.com', ['1/a.yaml:3:5 unknown-field']],
    ['connectors:\n  crm:\n    http: { url: null }', ['0/a.yaml:3:5 missing-field']],
    ['connectors:\n  crm:\n    http: { maxReply: big }', ['1/a.yaml:3:23 wrong-value']],
    ['connectors:\n  crm:\n    format: jason', ['1/a.yaml:3:13 unknown-type']],
    ['connectors:\n  new:\n    timeout: 2s', ['1/a.yaml:2:3 missing-type']],
    ['pipelines: 5', ['1/a.yaml:1:12 wrong-type']],
    ['- 5', ['1/a.yaml:1:1 wrong-type']],
  ]
  for (const [upper, want] of cases) assert.deepEqual((await overlaid(crm, upper)).findings.map(shown), want, upper)
})

test('null removes a key, a name or a whole section', async () => {
  const base = `${crm}\n    concurrency: 4\n  rates: cache\npipelines:\n  a: { summary: one }\n  b: {}`
  const model = await modelOf(base, 'connectors:\n  crm:\n    concurrency: null\n  rates: null\npipelines: null')
  assert.deepEqual([model.connectors.get('crm')?.concurrency, [...model.connectors.keys()], model.pipelines.size], [undefined, ['crm'], 0])
  const one = await modelOf(base, 'pipelines:\n  a:\n    summary: ~\n  b: ~')
  assert.deepEqual([[...one.pipelines.keys()], one.pipelines.get('a')?.summary], [['a'], undefined])
})

test('lists are replaced: `channels: []` switches the channels of a pipeline off', async () => {
  const base = 'pipelines:\n  p:\n    channels:\n      - http: /p\n        security: none\n    tags: [a, b]'
  const model = await modelOf(base, 'pipelines:\n  p:\n    channels: []\n    tags: [c]')
  assert.deepEqual([model.pipelines.get('p')?.channels, model.pipelines.get('p')?.tags], [[], ['c']])
})

test('what an overlay declares anew is there besides', async () => {
  const model = await modelOf({ 'a.yaml': 'pipelines:\n  a: {}' }, { 'b.yaml': 'pipelines:\n  b: {}', 'c.yaml': 'connectors:\n  c: cache' })
  assert.deepEqual([[...model.pipelines.keys()], [...model.connectors.keys()]], [['a', 'b'], ['c']])
})

test('what is overlaid is not judged: a variable that only the base needs may be missing', async () => {
  const base = 'connectors:\n  crm:\n    http: ${CRM_URL}'
  assert.deepEqual((await overlaid(base)).findings.map(shown), ['0/a.yaml:3:11 missing-variable'])
  await modelOf(base, 'connectors:\n  crm:\n    http: https://crm.example.com')
})

test('each of several overlays lies on all before it', async () => {
  const model = await modelOf(
    crm,
    'connectors:\n  crm:\n    retry: { delay: 1s }',
    'connectors:\n  crm:\n    retry: { delay: 2s, attempts: 4 }\n    timeout: null',
  )
  const { retry, timeout } = model.connectors.get('crm') ?? assert.fail()
  assert.deepEqual([retry?.attempts, retry?.delay, timeout], [4, 2000, 30_000])
})

test('a schema in a file and one that is written out do not mix', async () => {
  const base = 'schemas:\n  order: { type: object, required: [id] }'
  const model = await modelOf(base, { 'a.yaml': 'schemas:\n  order: { file: order.json }', 'order.json': '{"type":"string"}' })
  assert.deepEqual(model.schemas.get('order'), { type: 'string' })
  const inline = await modelOf(base, 'schemas:\n  order: { required: [id, day] }')
  assert.deepEqual(inline.schemas.get('order'), { type: 'object', required: ['id', 'day'] })
})

test('a file that an overlay names lies beside the overlay', async () => {
  const { findings } = await overlaid(
    'security:\n  s:\n    basic:\n      users: { a: "${KEY}" }',
    'security:\n  s:\n    basic:\n      users: { b: "${file:b.txt}" }',
  )
  assert.deepEqual(findings.map(shown), ['1/a.yaml:4:19 unreadable-file'])
  await modelOf('security:\n  s:\n    basic:\n      users: { a: "${KEY}" }', {
    'a.yaml': 'security:\n  s:\n    basic:\n      users: { b: "${file:b.txt}" }',
    'b.txt': 'open sesame',
  })
})

test('an overlay that changes nothing is a warning at the outermost place of which that is true', async () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['connectors:\n  crm:\n    timeout: 2s\n    retry: 5', ['1/a.yaml:3:5 idle-overlay']],
    ['connectors:\n  crm:\n    timeout: 2s\n    retry: { attempts: 3 }', ['1/a.yaml:2:3 idle-overlay']],
    ['connectors:\n  crm: {}', ['1/a.yaml:2:3 idle-overlay']],
    ['connectors:\n  crm:\n    breaker: null\n    timeout: 1s', ['1/a.yaml:3:5 idle-overlay']],
    ['connectors:\n  none: null', ['1/a.yaml:2:3 idle-overlay']],
    ['pipelines: null', ['1/a.yaml:1:1 idle-overlay']],
    ['connectors:\n  crm:\n    http: https://crm.example.com/', []],
  ]
  for (const [upper, want] of cases) {
    const { findings, model } = await overlaid(crm, upper)
    assert.deepEqual(findings.map(shown), want, upper)
    assert.ok(model !== undefined)
  }
  const { findings } = await overlaid(crm, 'connectors:\n  crm:\n    timeout: 2s\n    retry: 5')
  assert.match(findings[0]?.message ?? '', /^"timeout" changes nothing: .*0\/a\.yaml:4:5 says the same$/)
  assert.equal(findings[0]?.related?.[0]?.where.line, 4)
})

test('a name is declared once within one folder, overlays too', async () => {
  const twice = await overlaid(crm, { 'a.yaml': 'connectors:\n  crm: { timeout: 3s }', 'b.yaml': 'connectors:\n  crm: { timeout: 4s }' })
  assert.deepEqual(twice.findings.map(shown), ['1/b.yaml:2:3 duplicate-name'])
  const anew = await overlaid(crm, { 'a.yaml': 'connectors:\n  c: cache', 'b.yaml': 'connectors:\n  c: cache' })
  assert.deepEqual(anew.findings.map(shown), ['1/b.yaml:2:3 duplicate-name'])
  const below = await overlaid({ 'a.yaml': crm, 'b.yaml': crm }, 'connectors:\n  crm: { timeout: 3s }')
  assert.deepEqual(below.findings.map(shown), ['0/b.yaml:2:3 duplicate-name'])
})

test('names and fields called as those of every object are harmless', async () => {
  const model = await modelOf(crm, 'pipelines:\n  constructor:\n    steps:\n      - transform: { __proto__: 1, constructor: 2 }')
  assert.deepEqual([...model.pipelines.keys()], ['constructor'])
  const { findings } = await overlaid(
    'pipelines:\n  p:\n    reply: { body: { a: 1 } }',
    'pipelines:\n  p:\n    reply: { body: { __proto__: { a: 2 } } }',
  )
  assert.deepEqual(findings, [])
})

test('a folder that is not there is a finding, and what lies on it is still looked at', async () => {
  const { findings } = await overlaid(crm, {})
  assert.deepEqual(
    findings.map(({ rule }) => rule),
    ['no-configuration'],
  )
  const faulty = await overlaid(
    { 'a.yaml': 'connectors:\n  crm: "http' },
    'connectors:\n  crm: { timeout: soon, http: https://a.example.com }\n  gone: null',
  )
  assert.deepEqual(
    faulty.findings.map(({ rule }) => rule),
    ['yaml-syntax', 'wrong-value'],
  )
})

test('the tests of all folders are read', async () => {
  const base = { 'a.yaml': 'pipelines:\n  p: {}', 'a.test.yaml': 'tests:\n  - name: one\n    pipeline: p\n    expect: { status: 200 }' }
  const { tests, findings } = await overlaid(base, { 'b.test.yaml': 'tests:\n  - name: two\n    pipeline: p\n    expect: { status: 200 }' })
  assert.deepEqual([findings, tests.map(({ name }) => name)], [[], ['one', 'two']])
})
