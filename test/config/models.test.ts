import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Model } from '../../engine/core/model.ts'
import { configOf, loadTexts, modelOf, places, shown } from './loading.ts'

const text = `connectors:
  crm:
    http: { url: https://a, headers: { user-agent: x } }
    security: us
security:
  us:
    basic:
      realm: a
      users: { ada: "\${PASSWORD}" }
schemas:
  order: { type: object, properties: { line: { $ref: line } } }
  line: { type: object }
pipelines:
  p:
    input: order
    channels:
      - http: { path: "/p/{id}", method: PUT }
        security: us
    steps:
      - transform: { a: 1, b: 2 }
      - call: crm.get
  q:
    steps:
      - invoke: p
`
const load = (changed: string = text): Promise<Model> => modelOf(changed, { PASSWORD: 'x' })
const hashes = (model: Model): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...model.connectors.values(), ...model.security.values(), ...[...model.pipelines.values()].flatMap(({ channels }) => channels)]
      .map(({ id, hash }): [string, string] => [id, hash])
      .concat([...model.pipelines].map(([name, { hash }]) => [`pipeline/${name}`, hash])),
  )
const changed = (before: Model, after: Model): readonly string[] => {
  const [old, now] = [hashes(before), hashes(after)]
  return Object.keys(now)
    .filter(id => old[id] !== now[id])
    .sort((a, b) => a.localeCompare(b))
}

const edits = [
  { name: 'a comment and an empty line', edit: (yaml: string) => `# hello\n\n${yaml}`, want: [] },
  {
    name: 'keys in another order',
    edit: (yaml: string) => yaml.replace('path: "/p/{id}", method: PUT', 'method: PUT, path: "/p/{id}"'),
    want: [],
  },
  {
    name: 'a pipeline moved',
    edit: (yaml: string) => yaml.replace(/ {2}q:[\s\S]*/, '').replace('  p:\n', '  q:\n    steps:\n      - invoke: p\n  p:\n'),
    want: [],
  },
  { name: 'the address of a connector', edit: (yaml: string) => yaml.replace('https://a', 'https://b'), want: ['connector/crm'] },
  {
    name: 'a policy of a connector',
    edit: (yaml: string) => yaml.replace('    security: us\nsecurity', '    security: us\n    retry: 7\nsecurity'),
    want: ['connector/crm'],
  },
  {
    name: 'who may call: it is needed by channel and connector',
    edit: (yaml: string) => yaml.replace('realm: a', 'realm: b'),
    want: ['channel/p/http:PUT /p/{id}', 'connector/crm', 'pipeline/p', 'security/us'],
  },
  { name: 'a step', edit: (yaml: string) => yaml.replace('a: 1', 'a: 3'), want: ['pipeline/p'] },
  {
    name: 'the order of the keys that a step builds',
    edit: (yaml: string) => yaml.replace('{ a: 1, b: 2 }', '{ b: 2, a: 1 }'),
    want: ['pipeline/p'],
  },
  {
    name: 'a schema, by way of another',
    edit: (yaml: string) => yaml.replace('line: { type: object }', 'line: { type: string }'),
    want: ['pipeline/p'],
  },
]
for (const { name, edit, want } of edits)
  test(`what a change changes: ${name}`, async () => {
    const edited = edit(text)
    assert.notEqual(edited, text)
    const [before, after] = [await load(), await load(edited)]
    assert.deepEqual(changed(before, after), want)
    assert.equal(before.hash === after.hash, want.length === 0)
  })

test('needs: what a component cannot be without', async () => {
  const model = await load()
  assert.deepEqual(model.connectors.get('crm')?.needs, ['security/us'])
  assert.deepEqual(model.pipelines.get('p')?.channels[0]?.needs, ['security/us'])
})

test('schemas: a name is a reference, in other schemas too', async () => {
  const model = await load()
  assert.deepEqual(model.pipelines.get('p')?.input, { $ref: 'sluice:/schemas/order' })
  assert.deepEqual(model.schemas.get('order'), { type: 'object', properties: { line: { $ref: 'sluice:/schemas/line' } } })
})

test('schemas: one in a file beside its YAML', async () => {
  const texts = { 'a/a.yaml': 'schemas:\n  order: { file: order.json }', 'a/order.json': '{ "type": "object" }' }
  assert.deepEqual((await modelOf(texts)).schemas.get('order'), { type: 'object' })
})

const schemas = [
  { name: 'an unknown keyword', schema: '{ typ: object }', want: ['3:14 invalid-schema'] },
  { name: 'deep inside', schema: '{ properties: { a: { type: [strin] } } }', want: ['3:40 invalid-schema'] },
  { name: 'a remote one', schema: '{ $ref: "https://a/b.json" }', want: ['3:20 remote-schema'] },
  { name: 'a reference to nothing', schema: '{ items: { $ref: ordr } }', want: ['3:29 unknown-schema'] },
  { name: 'a name of none', schema: 'ordr', want: ['3:12 unknown-schema'] },
  { name: 'true is one', schema: 'true', want: [] },
  { name: 'a local reference', schema: '{ $defs: { a: { type: string } }, $ref: "#/$defs/a" }', want: [] },
]
for (const { name, schema, want } of schemas)
  test(`schemas of messages: ${name}`, async () => {
    const { findings } = await loadTexts(`pipelines:\n  p:\n    input: ${schema}\nschemas:\n  order: { type: object }`)
    assert.deepEqual(places(findings), want, findings.map(shown).join('\n'))
  })

test('names of every object are names like any other', async () => {
  const model = await modelOf(
    'pipelines:\n  constructor:\n    steps:\n      - transform: { __proto__: { a: 1 }, toString: 2 }\n  to-string: {}',
  )
  assert.deepEqual([...model.pipelines.keys()], ['constructor', 'to-string'])
  const { transform } = configOf<{ transform: object }>(model.pipelines.get('constructor')?.steps[0])
  assert.deepEqual(Object.keys(transform), ['__proto__', 'toString'])
  assert.equal(Object.getPrototypeOf(transform), Object.prototype)
})
