import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sluice } from '../support/gateway.ts'
import { project } from './project.ts'

interface Row {
  readonly kind: string
  readonly type: string
  readonly from: string
  readonly description: string
  readonly operations?: readonly string[]
}

test('every type of component is a line: kind, type, its first sentence, its operations', async () => {
  const { code, out } = await sluice(['list'])
  assert.match(out, /^channel http +Answers HTTP requests\.$/m)
  assert.match(out, /^connector cache +Keeps values by key.* Operations: get set delete increment\.$/m)
  assert.match(out, /^step parallel +/m)
  assert.equal(code, 0)
})

test('a kind can be asked for', async () => {
  const { out } = await sluice(['list', 'format'])
  assert.deepEqual(out.match(/^\w+ \w+/gm), ['format bytes', 'format csv', 'format form', 'format json', 'format text', 'format xml'])
})

test('what a plugin brings is marked', async () => {
  const { out } = await sluice(['list', 'transform'])
  assert.match(out, /^transform mask +\(plugin\) /)
})

test('as JSON, rows are objects', async () => {
  const rows: readonly Row[] = JSON.parse((await sluice(['list', '--format', 'json'])).out)
  const mask = rows.find(row => row.type === 'mask')
  assert.deepEqual([mask?.kind, mask?.from], ['transform', 'plugin'])
  const cache = rows.find(row => row.type === 'cache')
  assert.deepEqual([cache?.from, cache?.operations], ['built in', ['get', 'set', 'delete', 'increment']])
  assert.ok(rows.every(row => row.description !== ''))
})

test('a plugin that does not load is said, and the others are listed', async () => {
  await using home = await project({ 'plugins/odd/schema.json': '{ "$id": "odd" }', 'plugins/odd/plugin.ts': '' })
  const { code, out, err } = await home.run(['list', 'format'])
  assert.match(err, /^plugins\/odd\/schema\.json:1:1 error plugin /)
  assert.match(out, /^format json/m)
  assert.equal(code, 0)
})

test('a kind that is none is refused with those there are', async () => {
  const { code, err } = await sluice(['list', 'formats'])
  assert.match(err, /there is no kind "formats"; the kinds are channel, connector, format, security, step, transform/)
  assert.equal(code, 1)
})
