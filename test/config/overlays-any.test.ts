import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { stringify } from 'yaml'
import { type Loaded, load } from '../../engine/config/load.ts'
import { Registry } from '../../engine/registry/registry.ts'

const scratch = mkdtempSync(join(tmpdir(), 'sluice-overlays-any-'))
after(() => rmSync(scratch, { recursive: true, force: true }))

let registry: Registry
before(async () => {
  registry = await Registry.open()
})
after(() => registry.close())

const read = (...folder: readonly string[]): Promise<Loaded> =>
  load({ folder, environment: {}, registry, listen: { host: '127.0.0.1', port: 8080 } })

test('a folder laid on itself changes nothing, and that is told of every name in it', async () => {
  const [once, twice] = [await read('pipelines'), await read('pipelines', 'pipelines')]
  assert.deepEqual(once.findings, [])
  assert.deepEqual(new Set(twice.findings.map(({ rule }) => rule)), new Set(['idle-overlay']))
  assert.deepEqual(
    twice.findings.map(({ pointer }) => pointer.split('/').length),
    twice.findings.map(() => 3),
  )
  assert.equal(twice.model?.hash, once.model?.hash)
})

/** Keys that mean something somewhere, and some that do not. */
const keys = [
  'crm',
  'p',
  'http',
  'cache',
  'url',
  'timeout',
  'retry',
  'attempts',
  'security',
  'channels',
  'steps',
  'format',
  'json',
  '__proto__',
  'x',
]
const values = fc.letrec(tie => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<unknown>(null, 1, true, 'json', 'cache', '2s', 'https://a.example.com', '${NONE}', '${{ a }}'),
    fc.array(tie('tree'), { maxLength: 2 }),
    fc
      .uniqueArray(fc.tuple(fc.constantFrom(...keys), tie('tree')), { maxLength: 4, selector: ([key]) => key })
      .map(entries => new Map(entries)),
  ),
}))
const sections = fc.constantFrom('connectors', 'security', 'schemas', 'listeners', 'defaults', 'pipelines', 'other')
const documents = fc
  .uniqueArray(fc.tuple(sections, values.tree), { maxLength: 4, selector: ([key]) => key })
  .map(entries => new Map(entries))

test('whatever overlays hold, loading ends with findings or a model, and every place is one of a file', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(documents, { minLength: 2, maxLength: 3 }), async layers => {
      const root = mkdtempSync(join(scratch, 'case-'))
      const folders = layers.map((document, at) => {
        const folder = join(root, String(at))
        mkdirSync(folder)
        writeFileSync(join(folder, 'a.yaml'), stringify(document))
        return folder
      })
      const { findings, model } = await read(...folders)
      assert.equal(
        model === undefined,
        findings.some(({ severity }) => severity === 'error'),
      )
      for (const { file, line, column } of findings) {
        const at = folders.findIndex(folder => file === join(folder, 'a.yaml'))
        const lines = at < 0 ? undefined : stringify(layers[at]).split('\n')
        assert.ok(lines !== undefined && line <= lines.length && column <= (lines[line - 1] ?? '').length + 1, `${file}:${line}:${column}`)
      }
    }),
    { numRuns: 150 },
  )
})
