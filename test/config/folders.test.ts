import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { type Loaded, load } from '../../engine/config/load.ts'
import { Registry } from '../../engine/registry/registry.ts'
import { loadTexts, modelOf, places } from './loading.ts'

const scratch = mkdtempSync(join(tmpdir(), 'sluice-folders-'))
after(() => rmSync(scratch, { recursive: true, force: true }))

async function loadFolder(folder: string): Promise<Loaded> {
  const registry = await Registry.open()
  try {
    return await load({ folder, environment: {}, registry, listen: { host: '127.0.0.1', port: 8080 } })
  } finally {
    registry.close()
  }
}

test('a folder that is not there, and one without YAML, are findings', async () => {
  for (const folder of [join(scratch, 'none'), scratch]) {
    const { findings, model } = await loadFolder(folder)
    assert.deepEqual([places(findings), findings[0]?.file, model], [['1:1 no-configuration'], folder, undefined])
  }
})

test('every file at any depth is read; what begins with a dot, and what is no YAML, is not', async () => {
  const pipeline = (name: string): string => `pipelines:\n  ${name}: {}`
  const model = await modelOf({
    'a.yaml': pipeline('a'),
    'b/c/d.yaml': pipeline('d'),
    '.hidden.yaml': '{{{',
    '.folder/x.yaml': '{{{',
    'notes.txt': '{{{',
    'empty.yaml': '',
    'comment.yaml': '# nothing yet',
  })
  assert.deepEqual([...model.pipelines.keys()], ['a', 'd'])
})

test('a volume of Kubernetes, where files are links into a folder of another name, is read once', async () => {
  const folder = join(scratch, 'volume')
  mkdirSync(join(folder, '..2024'), { recursive: true })
  writeFileSync(join(folder, '..2024', 'a.yaml'), 'pipelines:\n  a: {}')
  symlinkSync('..2024', join(folder, '..data'))
  symlinkSync('..data/a.yaml', join(folder, 'a.yaml'))
  const { model, findings } = await loadFolder(folder)
  assert.deepEqual([findings, [...(model?.pipelines.keys() ?? [])]], [[], ['a']])
})

test('a link that leads round in a circle is read once', async () => {
  const folder = join(scratch, 'circle')
  mkdirSync(folder)
  writeFileSync(join(folder, 'a.yaml'), 'pipelines:\n  a: {}')
  symlinkSync('.', join(folder, 'again'))
  assert.deepEqual((await loadFolder(folder)).findings, [])
})

test('a file above 1 MB, and one that is not UTF-8, are findings', async () => {
  const large = await loadTexts({ 'a.yaml': `# ${'x'.repeat(1024 * 1024)}` })
  assert.deepEqual(places(large.findings), ['1:1 file-too-large'])
  const folder = join(scratch, 'latin')
  mkdirSync(folder)
  writeFileSync(join(folder, 'a.yaml'), Buffer.from('pipelines:\n  a: { summary: "caf\xe9" }', 'latin1'))
  assert.deepEqual(places((await loadFolder(folder)).findings), ['1:1 unreadable-file'])
})

test('a byte order mark changes no column', async () => {
  const { findings } = await loadTexts('\uFEFFpiplines: {}')
  assert.deepEqual(places(findings), ['1:1 unknown-field'])
})

test('faults of all files are told at once, in the order of files and lines', async () => {
  const { findings } = await loadTexts({
    'b.yaml': 'pipelines:\n  p:\n    timeout: soon\n    step: []\nlisteners:\n  x: {}',
    'a.yaml': 'pipelines:\n  q:\n    steps:\n      - invoke: r',
  })
  assert.deepEqual(
    findings.map(({ file, line, rule }) => `${file.slice(-6)}:${line} ${rule}`),
    ['a.yaml:4 unknown-pipeline', 'b.yaml:3 wrong-value', 'b.yaml:4 unknown-field', 'b.yaml:6 missing-field'],
  )
})

test('while a file cannot be read, nothing is said to be missing that could be in it', async () => {
  const { findings } = await loadTexts({
    'broken.yaml': 'connectors:\n  c: "cache\npipelines:\n  r: {}',
    'good.yaml':
      'pipelines:\n  q:\n    input: order\n    steps:\n      - invoke: r\n      - call: c.get\n      - plugin: none\n      - invok: r',
  })
  assert.deepEqual(
    findings.map(({ file, line, rule }) => `${file.slice(-9)}:${line} ${rule}`),
    ['oken.yaml:2 yaml-syntax', 'good.yaml:7 unknown-plugin', 'good.yaml:8 unknown-type'],
  )
})

test('tests are read beside what they test, and given back normalised', async () => {
  const { tests, findings } = await loadTexts({
    'a.yaml': 'connectors:\n  c: cache\npipelines:\n  p:\n    steps:\n      - call: c.get\n        with: { key: a }',
    'a.test.yaml': [
      'tests:',
      '  - name: one',
      '    pipeline: p',
      '    given: { body: 1 }',
      '    mock: { c.get: { returns: 2 } }',
      '    expect: { status: 200, calls: { c.get: [] } }',
    ].join('\n'),
  })
  assert.deepEqual(findings, [])
  const [{ where, ...one } = assert.fail()] = tests
  assert.deepEqual([where.line, where.column], [2, 5])
  assert.deepEqual(one, {
    name: 'one',
    pipeline: 'p',
    given: [{ body: 1 }],
    mock: { 'c.get': [{ returns: 2 }] },
    expect: [{ status: 200, calls: { 'c.get': [] } }],
  })
})

test('a test names pipelines and operations that there are', async () => {
  const { findings } = await loadTexts({
    'a.yaml': 'connectors:\n  c: cache\npipelines:\n  p: {}',
    'a.test.yaml': 'tests:\n  - name: one\n    pipeline: q\n    mock: { c.fetch: {}, d.get: {} }\n    expect: { calls: { c.gett: [] } }',
  })
  assert.deepEqual(places(findings), [
    '3:15 unknown-pipeline',
    '4:13 unknown-operation',
    '4:26 unknown-connector',
    '5:24 unknown-operation',
  ])
})
