import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { planText } from '../../engine/cli/plan-text.ts'
import { load } from '../../engine/config/load.ts'
import { Registry } from '../../engine/registry/registry.ts'
import { compare } from '../../engine/runtime/compare/compare.ts'
import { loadDefinitions } from '../../engine/runtime/definitions.ts'
import { type Description, describe } from '../../engine/runtime/describe.ts'

/** Pairs of configurations, `old/` and `new/`, each beside the plan that a person expects of them. */
const fixtures = new URL('../fixtures/plan/', import.meta.url)
const names = readdirSync(fixtures).sort()
const environment = { A: 'first', B: 'second', C: 'third' }

let registry: Registry
before(async () => {
  registry = await Registry.open()
})
after(() => registry.close())

test('there are more than forty pairs of configurations, and half of them break clients', () => {
  const breaking = names.filter(name => expected(name).includes('breaking  '))
  assert.ok(names.length > 40 && breaking.length > 20, `${breaking.length} of ${names.length}`)
})

for (const name of names)
  test(`plan: ${name}`, async () => {
    assert.equal(planText(compare(await described(`${name}/old`), await described(`${name}/new`))), expected(name))
  })

/** What only hashes of one process can tell. */
const hidden = ['password-changed', 'secret-changed']

for (const name of names)
  test(`plan of a gateway elsewhere: ${name}`, async () => {
    const [old, next] = [await described(`${name}/old`), await described(`${name}/new`)]
    const elsewhere: Description = JSON.parse(
      JSON.stringify(old, (key, value) => (key === 'hash' || key === 'seal' ? `elsewhere ${value}` : value)),
    )
    const text = planText(compare(elsewhere, next))
    if (hidden.some(one => name.endsWith(one))) assert.match(text, /^nothing changes\n/)
    else assert.equal(text, expected(name))
  })

test('a claim that changes hands is let go first, and flinches', () => {
  const queue = (hash: string): Description => ({
    seal: 'one',
    listeners: [],
    security: [],
    schemas: [],
    connectors: [{ id: 'connector/bus', type: 'bus', hash, digest: hash, needs: [], claims: ['bus:client'] }],
    pipelines: [],
  })
  assert.equal(
    planText(compare(queue('a'), queue('b'))),
    '~ connector/bus\n\n! connector/bus: its connections are made anew\n! connector/bus: is stopped before what takes its place starts\n',
  )
})

test('a description holds no secret', async () => {
  const texts = await Promise.all(names.map(async name => JSON.stringify(await described(`${name}/new`))))
  for (const text of texts) assert.doesNotMatch(text, /first|second|third/)
})

async function described(folder: string): Promise<Description> {
  const path = fileURLToPath(new URL(folder, fixtures))
  const { model, findings } = await load({ folder: path, environment, registry, listen: { host: '127.0.0.1', port: 8080 } })
  assert.deepEqual(
    findings.map(({ file, line, rule, message }) => `${file}:${line} ${rule} ${message}`),
    [],
  )
  if (model === undefined) return assert.fail('there is no model')
  return describe(model, { definitions: await loadDefinitions(model, registry), registry })
}

function expected(name: string): string {
  return readFileSync(new URL(`${name}/expected.txt`, fixtures), 'utf8')
}
