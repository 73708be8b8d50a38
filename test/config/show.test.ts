import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Loaded, load } from '../../engine/config/load.ts'
import { show } from '../../engine/config/show.ts'
import { Registry } from '../../engine/registry/registry.ts'

const scratch = mkdtempSync(join(tmpdir(), 'sluice-show-'))
after(() => rmSync(scratch, { recursive: true, force: true }))

let registry: Registry
before(async () => {
  registry = await Registry.open({ plugins: new URL('../../plugins', import.meta.url).pathname })
})
after(() => registry.close())

const environment = { KEY: 'open sesame' }
const read = (...folder: readonly string[]): Promise<Loaded> =>
  load({ folder, environment, registry, listen: { host: '127.0.0.1', port: 8080 } })

/** Folders of one file each, in one folder of its own. */
function folders(...texts: readonly string[]): readonly string[] {
  const root = mkdtempSync(join(scratch, 'case-'))
  return texts.map((text, at) => {
    const folder = join(root, ['base', 'prod'][at] ?? `more${at}`)
    mkdirSync(folder)
    writeFileSync(join(folder, 'a.yaml'), text)
    return folder
  })
}

/** The shown text, files without the folders that they lie in. */
async function shown(...texts: readonly string[]): Promise<string> {
  const { documents, findings } = await read(...folders(...texts))
  assert.deepEqual(
    findings.filter(({ severity }) => severity === 'error'),
    [],
  )
  return show(documents).replace(/# \S*\/(\w+\/a\.yaml)/g, '# $1')
}

test('every value of overlays and defaults is shown with the file and line that it comes from', async () => {
  const base =
    'defaults:\n  connectors:\n    timeout: 3s\nconnectors:\n  crm:\n    http: https://crm.example.com\n    retry: 3\n  old: cache'
  const prod = '# prod\nconnectors:\n  crm:\n    retry: { delay: 1s }\n  old: null'
  assert.equal(
    await shown(base, prod),
    [
      'connectors:',
      '  crm:',
      '    http:',
      '      url: https://crm.example.com  # base/a.yaml:6',
      '    retry:',
      '      attempts: 3  # base/a.yaml:7',
      '      delay: 1s  # prod/a.yaml:4',
      '    timeout: 3s  # base/a.yaml:3',
      '',
    ].join('\n'),
  )
})

test('secrets are shown as references; what stands there in clear is not shown', async () => {
  const text = await shown(
    [
      'connectors:',
      '  a: { http: "https://user:hunter2@a.example.com" }',
      '  b: { http: "https://user:${KEY}@b.example.com" }',
      '  c: { http: "${C_URL:-https://:hunter2@c.example.com}" }',
      '  d: { http: "https://d.example.com" }',
      'security:',
      '  s: { basic: { users: { a: hunter2, b: "${KEY}", c: "${NONE:-hunter2}" } } }',
    ].join('\n'),
  )
  assert.doesNotMatch(text, /hunter2|open sesame/)
  for (const part of ['https://***@a', 'user:${KEY}@b', '${C_URL:-https://***@c', '//d.', 'a: "***"', 'b: "${KEY}"', 'c: "${NONE:-***}"'])
    assert.ok(text.includes(part), `${part} in\n${text}`)
})

test('what is shown loads to the same model', async () => {
  const tricky = [
    'pipelines:',
    '  p:',
    '    summary: "yes"',
    '    description: |',
    '      one  # no comment',
    '',
    '        two',
    '    channels:',
    '      - http: /p',
    '        security: none',
    '        format: json',
    '    steps:',
    '      - transform:',
    '          "a b": ["", " x", "1", "null", "- a", "a: b", "#"]',
    '          text: ">\\n  folded\\n\\n"',
    '          kept: |+',
    '            a',
    '',
    '          expression: |-',
    '            ${{ \'a\' & "b" }}',
    '            tail',
    '          number: 1.50',
    '          empty: {}',
    '          none: []',
    '          nothing: null',
    '      - delay: 1s',
  ].join('\n')
  for (const given of [['pipelines'], folders(tricky), folders(tricky, 'pipelines:\n  p:\n    summary: no')]) {
    const { documents, model } = await read(...given)
    const again = await read(...folders(show(documents)))
    assert.deepEqual(again.findings, [])
    assert.ok(model !== undefined)
    const hashes = (loaded: typeof model | undefined): readonly string[] => [...(loaded?.pipelines.values() ?? [])].map(({ hash }) => hash)
    assert.deepEqual(hashes(again.model), hashes(model))
  }
})
