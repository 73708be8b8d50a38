import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sluice } from '../support/gateway.ts'
import { project } from './project.ts'

const order = '{"lines":[{"price":40},{"price":2}]}'

const values = [
  { name: 'a value is printed as JSON', args: ['$sum(lines.price)', '--input', order], out: '42\n' },
  { name: 'an object is printed over lines', args: ['{ "a": 1 }'], out: '{\n  "a": 1\n}\n' },
  { name: 'variables are bound by name', args: ['$base + price', '--bind', '{"base":40}', '-i', '{"price":2}'], out: '42\n' },
  { name: 'words of several arguments are one expression', args: ['1', '+', '1'], out: '2\n' },
  { name: 'behind -- an expression may begin with a minus', args: ['--', '-1 + 2'], out: '1\n' },
]
for (const { name, args, out } of values)
  test(name, async () => {
    assert.deepEqual(await sluice(['eval', ...args]), { code: 0, out, err: '' })
  })

test('nothing prints nothing, and says so to a person', async () => {
  assert.deepEqual(await sluice(['eval', 'nowhere', '--input', '{}']), { code: 0, out: '', err: '(nothing)\n' })
})

test('the body may come from the standard input, and from a file', async () => {
  assert.equal((await sluice(['eval', '$sum(lines.price)', '--input', '-'], { input: order })).out, '42\n')
  await using home = await project({ 'order.json': order })
  assert.equal((await home.run(['eval', '$sum(lines.price)', '-i', '@order.json'])).out, '42\n')
})

test('--time says how long it took', async () => {
  const { out, err } = await sluice(['eval', '1 + 1', '--time'])
  assert.equal(out, '2\n')
  assert.match(err, /^\d+\.\d{3} ms\n$/)
})

test('a fault of syntax is shown below its place, in the line where it stands', async () => {
  const { code, out, err } = await sluice(['eval', '$sum(\n  lines.price == 1)'])
  assert.match(err, /^ {2}lines\.price == 1\)\n {15}\^ expression-syntax: the expression cannot be read/)
  assert.equal(out, '')
  assert.equal(code, 1)
})

const faults = [
  {
    name: 'an unknown variable',
    args: ['$totl + 1', '--bind', '{"total":1}'],
    says: /^\$totl \+ 1\n\^ unknown-variable: .*\(did you mean \$total\?\)\n$/,
  },
  { name: 'an unknown function', args: ['1 + $summ(a)'], says: /^1 \+ \$summ\(a\)\n {4}\^ unknown-function: .*\$sum/ },
  { name: 'an evaluation that fails', args: ['price * 2', '-i', '{"price":"a"}'], says: /^sluice: .*\*.*number/ },
  { name: 'an input that is no JSON', args: ['1', '-i', '{'], says: /^sluice: the value given is not JSON/ },
  { name: 'variables that are no object', args: ['1', '-b', '[1]'], says: /^sluice: --bind takes an object/ },
  { name: 'no expression', args: [], says: /^sluice: an expression is missing: sluice eval / },
]
for (const { name, args, says } of faults)
  test(`${name} is said, and exits with 1`, async () => {
    const { code, out, err } = await sluice(['eval', ...args])
    assert.match(err, says)
    assert.equal(out, '')
    assert.equal(code, 1)
  })
