import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Json } from '../../engine/core/message.ts'
import { BuiltInSchemas } from '../../engine/schema/built-in.ts'

const folder = new URL('../../schemas/', import.meta.url)
const documents = new Map<string, Json>(
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.json'))
    .map(file => JSON.parse(readFileSync(new URL(file, folder), 'utf8')))
    .map(document => [document.$id, document]),
)
const schemas = new BuiltInSchemas(documents)

test('every schema of the language is a JSON Schema that compiles strictly, its operations and results too', () => {
  assert.ok(documents.size > 20)
  for (const [id, document] of documents) {
    assert.equal(schemas.invalid(id), undefined, id)
    for (const name of Object.keys(operationsOf(document)))
      assert.doesNotThrow(() => schemas.errors(`${id}#/$defs/operations/${name}`, {}), `${id} ${name}`)
  }
})

test('all errors of a value come at once, with pointer, keyword and schema', () => {
  const errors = schemas.errors('sluice:/connector/cache.json#/$defs/operations/set', { key: 1, ttl: 'soon', other: 1 })
  assert.deepEqual(errors.map(({ instancePath, keyword }) => `${instancePath} ${keyword}`).sort(), [
    ' additionalProperties',
    ' required',
    '/key type',
    '/ttl pattern',
  ])
  const required = errors.find(({ keyword }) => keyword === 'required')
  assert.deepEqual(required?.params, { missingProperty: 'value' })
  assert.ok(required?.parentSchema !== undefined && 'properties' in Object(required.parentSchema))
  assert.deepEqual(Object.keys(required ?? {}), ['instancePath', 'keyword', 'params', 'message', 'schemaPath', 'parentSchema'])
})

test('a value that is right has no errors, and is converted to what the generated types say', () => {
  assert.deepEqual(schemas.errors('sluice:/common/retry.json', { delay: '1s' }), [])
  assert.deepEqual(schemas.convert('sluice:/common/retry.json', { delay: '1s' }), {
    attempts: 3,
    delay: 1000,
    backoff: 2,
    maxDelay: 5000,
    on: [],
  })
  assert.deepEqual(schemas.convert('sluice:/connector/cache.json#/$defs/operations/set', { key: 'a', value: 1, ttl: '5m' }), {
    key: 'a',
    value: 1,
    ttl: 300_000,
  })
})

test('references are resolved in their own document and across documents', () => {
  assert.equal(schemas.get('sluice:/common/size.json'), documents.get('sluice:/common/size.json'))
  assert.equal(schemas.resolve('sluice:/common/size.json')?.schema, documents.get('sluice:/common/size.json'))
  const document = schemas.get('sluice:/connector/cache.json')
  const set = schemas.resolve('#/$defs/operations/set', document)
  assert.deepEqual(set, schemas.resolve('sluice:/connector/cache.json#/$defs/operations/set'))
  for (const ref of ['sluice:/none.json', 'sluice:/common/size.json#/none', 'sluice:/common/size.json#/__proto__', '#/a'])
    assert.equal(schemas.resolve(ref), undefined)
})

test('what is wrong with a schema of a plugin is said before it is used', () => {
  const own = new BuiltInSchemas(
    new Map<string, Json>([
      ['sluice:/type.json', { type: 'objekt' }],
      ['sluice:/word.json', { 'x-secrt': true }],
      ['sluice:/text.json', 'text'],
      ['sluice:/reference.json', { $ref: 'sluice:/none.json' }],
      ['sluice:/right.json', { $ref: 'sluice:/other.json#/$defs/a' }],
      ['sluice:/other.json', { $defs: { a: { 'x-secret': true } } }],
    ]),
  )
  assert.match(own.invalid('sluice:/type.json') ?? '', /^\/type must be one of/)
  assert.match(own.invalid('sluice:/word.json') ?? '', /^unknown keyword: "x-secrt"$/)
  assert.match(own.invalid('sluice:/text.json') ?? '', /^must be an object or a boolean$/)
  assert.match(own.invalid('sluice:/reference.json') ?? '', /^there is no schema sluice:\/none.json/)
  assert.match(own.invalid('sluice:/absent.json') ?? '', /^must be an object or a boolean$/)
  assert.equal(own.invalid('sluice:/right.json'), undefined)
})

test('a keyword that nobody knows is refused, a schema that is not there too', () => {
  const wrong = new BuiltInSchemas(new Map([['sluice:/x.json', { $id: 'sluice:/x.json', 'x-secrt': true }]]))
  assert.throws(() => wrong.errors('sluice:/x.json', 1), /unknown keyword: "x-secrt"/)
  assert.throws(() => wrong.errors('sluice:/y.json', 1), /there is no schema sluice:\/y.json/)
  assert.throws(() => wrong.convert('sluice:/y.json', 1), /there is no schema sluice:\/y.json/)
})

const operationsOf = (document: Json): object => {
  const operations = Object(Object(document).$defs).operations
  return typeof operations === 'object' && operations !== null ? operations : {}
}
