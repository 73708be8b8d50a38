import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backoff, reconnecting } from '../../engine/kit/backoff.ts'

const almostOne = 1 - Number.EPSILON
for (const [attempt, longest] of [
  [1, 100],
  [2, 200],
  [3, 400],
  [6, 3200],
  [7, 5000],
  [1000, 5000],
] as const)
  test(`before attempt ${attempt} the wait is a random part of ${longest} ms`, () => {
    assert.equal(backoff(attempt, reconnecting, almostOne), longest)
    assert.equal(backoff(attempt, reconnecting, 0.5), longest / 2)
    assert.equal(backoff(attempt, reconnecting, 0), 0)
  })
