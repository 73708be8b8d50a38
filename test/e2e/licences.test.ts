import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import manifest from '../../package.json' with { type: 'json' }
import lock from '../../package-lock.json' with { type: 'json' }
import { root } from '../support/gateway.ts'

interface Locked {
  readonly version?: string
  readonly license?: string
  readonly dev?: boolean
}

/** Who uses them may do so without asking, also in a product that is closed. */
const allowed = ['MIT', 'MIT-0', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', '0BSD', 'BlueOak-1.0.0', 'Unlicense', 'CC0-1.0']

const packages: Readonly<Record<string, Locked>> = lock.packages
const production = Object.entries(packages)
  .filter(([path, { dev }]) => path !== '' && dev !== true)
  .map(([path, { version = '', license = 'none' }]) => ({
    path,
    name: path.slice(path.lastIndexOf('node_modules/') + 13),
    version,
    license,
  }))

test('every package that is shipped with the gateway has a licence that asks for nothing but its text', () => {
  assert.ok(production.length >= Object.keys(manifest.dependencies).length)
  assert.deepEqual(
    production.filter(({ license }) => !permitted(license)),
    [],
  )
})

test('a licence is permitted by its name, alone or as a choice', () => {
  for (const license of ['MIT', '(MIT OR GPL-3.0-only)', 'Apache-2.0 AND ISC']) assert.ok(permitted(license), license)
  for (const license of ['none', 'GPL-3.0-only', 'SSPL-1.0', 'MIT AND AGPL-3.0-only', 'SEE LICENSE IN LICENSE'])
    assert.ok(!permitted(license), license)
})

test('what the lockfile says of licences is what the packages say', () => {
  for (const { path, license } of production) {
    const said: { readonly license?: unknown } = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8'))
    assert.equal(said.license, license, path)
  }
})

test('direct dependencies are few, in exact versions, and those of the lockfile', () => {
  const direct = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })
  assert.ok(Object.keys(manifest.dependencies).length <= 40)
  for (const [name, version] of direct) {
    assert.match(version, /^(npm:[\w@/-]+@)?\d+\.\d+\.\d+$/, name)
    assert.equal(packages[`node_modules/${name}`]?.version, version.slice(version.lastIndexOf('@') + 1), name)
  }
})

test('the project has its own licence: its text, and its name in package.json', () => {
  assert.match(readFileSync(join(root, 'LICENSE'), 'utf8'), /Apache License\s+Version 2\.0/)
  assert.equal(manifest.license, 'Apache-2.0')
})

/** An SPDX expression of one operator, without brackets within brackets. */
function permitted(license: string): boolean {
  const names = license.replace(/^\((.*)\)$/, '$1').split(/ (?:OR|AND) /)
  const fits = (name: string): boolean => allowed.includes(name)
  return license.includes(' OR ') ? names.some(fits) : names.every(fits)
}
