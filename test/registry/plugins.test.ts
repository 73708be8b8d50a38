import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { root, scratch } from '../support/gateway.ts'

const files = {
  'plugins/one/schema.json': '{ "$id": "sluice:/transform/one.json", "type": "object", "description": "One." }',
  'plugins/one/plugin.ts':
    "import { defineTransform } from 'sluice/plugin'\nimport { two } from './two.js'\nexport default defineTransform<object>({ compile: () => () => two as number })\n",
  'plugins/one/two.js': 'export const two = 2\n',
}

const manifests = [
  { name: 'there is no package.json', manifest: undefined },
  { name: 'a package.json above it says commonjs, as npm init writes it', manifest: '{ "type": "commonjs" }' },
  { name: 'a package.json above it says module', manifest: '{ "type": "module" }' },
]
for (const { name, manifest } of manifests)
  test(`the files of a plugin are ES modules where ${name}`, async () => {
    const { folder, remove } = await scratch()
    const all = Object.entries({ ...files, ...(manifest === undefined ? {} : { 'package.json': manifest }) })
    for (const [file, text] of all) {
      await mkdir(dirname(join(folder, file)), { recursive: true })
      await writeFile(join(folder, file), text)
    }
    // In a process of its own: Node's warnings are on its screen.
    const load = `
      const { Registry } = await import('${root}engine/registry/registry.ts')
      const registry = await Registry.open({ plugins: '${folder}/plugins' })
      console.log(JSON.stringify(registry.findings), (await registry.load('transform', 'one')).compile({})())`
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', load], { encoding: 'utf8', cwd: root })
    assert.equal(stderr, '')
    assert.equal(stdout, '[] 2\n')
    await remove()
  })
