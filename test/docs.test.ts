import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { Registry } from '../engine/registry/registry.ts'
import { BuiltInSchemas } from '../engine/schema/built-in.ts'
import { loadDocuments } from './support/load-documents.ts'
import { type Block, pageBlocks, wrapBlock } from './support/page-blocks.ts'
import { schemaExamples, wrapExample } from './support/schema-examples.ts'

const root = new URL('../', import.meta.url)
const pages = ['README.md', ...markdownBelow('docs')]
const blocks = pages.flatMap(page => pageBlocks(page, readFileSync(new URL(page, root), 'utf8')))
const schemas = schemaExamples(new URL('schemas/', root))

let registry: Registry
before(async () => {
  registry = await Registry.open({ plugins: new URL('plugins', root).pathname })
})
after(() => registry.close())

test('the README, the guide and the plugin guide show YAML', () => {
  const shown = new Set(blocks.map(block => block.page))
  for (const page of ['README.md', 'docs/guide.md', 'docs/plugins.md']) assert.ok(shown.has(page), page)
})

for (const block of blocks) test(`${block.page}:${block.line}: the YAML shown loads`, () => loads(block))

test('a block of YAML with a fault does not load', async () => {
  const block: Block = { page: 'none.md', line: 1, text: '- cal: crm.get\n', companion: '' }
  await assert.rejects(loads(block), /unknown-type/)
})

for (const { id, at, example } of schemas.wholes)
  test(`${id}: example ${at + 1} loads`, async () => {
    const findings = await loadDocuments(wrapExample(id, example), registry)
    assert.deepEqual(findings, [])
  })

test('every example beside a property is what its schema says', () => {
  const checked = new BuiltInSchemas(registry.documents)
  assert.ok(schemas.parts.length > 50, `${schemas.parts.length}`)
  for (const { ref, example } of schemas.parts) assert.deepEqual(checked.errors(ref, example), [], `${ref}: ${JSON.stringify(example)}`)
})

test('the folder of the example loads without a finding', async () => {
  const folder = new URL('pipelines/', root)
  const names = readdirSync(folder).filter(name => name.endsWith('.yaml'))
  const files = Object.fromEntries(names.map(name => [name, readFileSync(new URL(name, folder), 'utf8')]))
  assert.ok(names.length >= 4)
  assert.deepEqual(await loadDocuments(files, registry), [])
})
test('every file that the architecture names exists, and every room of the engine is on it', () => {
  const text = readFileSync(new URL('docs/architecture.md', root), 'utf8')
  const named = [...text.matchAll(/`([\w./-]+(?:\.(?:ts|js|json|md)|\/))`/g)]
    .map(([, name = '']) => name)
    .filter(name => !name.includes('ldap'))
  assert.ok(named.length > 100, `${named.length}`)
  const missing = named.filter(name => !['', 'engine/'].some(base => existsSync(new URL(base + name, root))))
  assert.deepEqual(missing, [])
  const rooms = readdirSync(new URL('engine/', root), { withFileTypes: true }).filter(entry => entry.isDirectory())
  assert.deepEqual(
    rooms.map(room => room.name).filter(name => !text.includes(`\`${name}/`)),
    [],
  )
})

async function loads(block: Block): Promise<void> {
  const findings = await loadDocuments(wrapBlock(block), registry)
  assert.deepEqual(findings, [])
}

function markdownBelow(folder: string): readonly string[] {
  return readdirSync(new URL(`${folder}/`, root), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.md'))
    .sort()
    .map(name => `${folder}/${name}`)
}
