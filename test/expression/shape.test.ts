import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { objectOf } from '../../engine/core/shape.ts'
import { compile } from '../../engine/expression/expression.ts'

/** More than what is made after some use needs. */
const uses = 300

const bodies: readonly { readonly what: string; readonly body: unknown }[] = [
  { what: 'an object', body: { a: { b: 1 }, toString: 'own', length: 2, 'odd "key"': 3, name: 'Ada', size: 0 } },
  { what: 'an object without them', body: { c: 1 } },
  { what: 'lists', body: { a: [{ b: 1 }, { b: [2, 3] }, { c: 4 }, 5, null] } },
  { what: 'a list', body: [{ a: { b: 1 } }, { a: [{ b: 2 }] }] },
  { what: 'null', body: { a: null } },
  { what: 'a text', body: 'text' },
  { what: 'nothing', body: undefined },
  { what: 'a file', body: new Blob(['abc'], { type: 'text/plain' }) },
  { what: 'bytes', body: new Uint8Array(3) },
  { what: 'an object without a prototype', body: Object.assign(Object.create(null), { a: { b: 7 } }) },
]
const sources = [
  'a.b',
  'a',
  'toString',
  'constructor',
  'length',
  'name',
  'size',
  '`odd "key"`',
  '{ "x": a.b, "y": c, "odd \\"key\\"": 1, "1": a }',
  'a.{ "b": b }',
  'a.(b * 2 ? 1 : 2)',
]

describe('what is made for a key after some use does as before', () => {
  for (const source of sources)
    test(source, () => {
      const evaluate = (times: number): readonly unknown[] => {
        const { expression } = compile(source)
        assert.ok(expression)
        const all = (): readonly unknown[] => bodies.map(({ body }) => outcome(() => expression.evaluate(body, { get: () => undefined })))
        for (let time = 1; time < times; time++) all()
        return all()
      }
      assert.deepEqual(evaluate(uses), evaluate(1))
    })

  test('an object of any keys, in their order, without what is undefined', () => {
    const keys = ['b', '__proto__', 'a', '']
    const make = objectOf<readonly (number | undefined)[], undefined, number>(
      keys,
      keys.map((_, at) => values => values[at]),
    )
    for (let time = 0; time < uses; time++) {
      const whole = make([1, 2, 3, 4], undefined)
      assert.deepEqual(Object.entries(whole), [
        ['b', 1],
        ['__proto__', 2],
        ['a', 3],
        ['', 4],
      ])
      assert.equal(Object.getPrototypeOf(whole), Object.prototype)
      assert.deepEqual(Object.keys(make([1, undefined, 3, undefined], undefined)), ['b', 'a'])
    }
  })
})

function outcome(work: () => unknown): unknown {
  try {
    return work() ?? 'nothing'
  } catch (error) {
    return String(error)
  }
}
