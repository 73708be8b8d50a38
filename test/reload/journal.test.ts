import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Entry, type Truth, violations } from './journal.ts'

const truths: readonly Truth[] = [
  { route: '/constant', answer: '200 same', from: 0, until: Number.POSITIVE_INFINITY },
  { route: '/changed', answer: '200 v1', from: 0, until: 110 },
  { route: '/changed', answer: '200 v2', from: 100, until: 210 },
  { route: '/changed', answer: '200 v3', from: 200, until: Number.POSITIVE_INFINITY },
]
const entry = (route: string, sent: number, received: number, answer: string): Entry => ({ route, sent, received, answer })
const clean = [
  entry('/constant', 1, 2, '200 same'),
  entry('/changed', 1, 2, '200 v1'),
  entry('/changed', 99, 104, '200 v2'),
  entry('/changed', 103, 112, '200 v1'),
  entry('/changed', 220, 221, '200 v3'),
]

const planted: readonly { readonly name: string; readonly entry: Entry; readonly says: RegExp }[] = [
  { name: 'a constant route that fails', entry: entry('/constant', 105, 106, 'failed: ECONNRESET'), says: /constant answered failed/ },
  { name: 'a constant route that is not found', entry: entry('/constant', 105, 106, '404 {}'), says: /constant answered 404/ },
  { name: 'an answer half old and half new', entry: entry('/changed', 105, 106, '200 v1v2'), says: /answered 200 v1v2/ },
  { name: 'a new answer before it was asked for', entry: entry('/changed', 50, 51, '200 v2'), says: /answered 200 v2/ },
  { name: 'an old answer after the change was done', entry: entry('/changed', 150, 151, '200 v1'), says: /answered 200 v1/ },
  { name: 'an older answer after a newer one', entry: entry('/changed', 105, 106, '200 v1'), says: /went back/ },
]

test('a journal in which nothing is wrong has no violations', () => {
  assert.deepEqual(violations(clean, truths), [])
})

for (const { name, entry: bad, says } of planted)
  test(`the checker finds ${name}`, () => {
    const found = violations([...clean, bad], truths)
    assert.equal(found.length > 0, true)
    assert.match(found.join('\n'), says)
  })
