import assert from 'node:assert/strict'
import { test } from 'node:test'
import { State } from '../../engine/runtime/state.ts'

test('what is asked for with the same hash is kept, with another it is made anew', () => {
  const state = new State()
  const first = state.get('breaker/a', '1', () => ({}))
  assert.equal(
    state.get('breaker/a', '1', () => ({})),
    first,
  )
  assert.notEqual(
    state.get('breaker/a', '2', () => ({})),
    first,
  )
})

test('what nobody asked for since the mark is forgotten', () => {
  const state = new State()
  const kept = state.get('kept', '1', () => ({}))
  const gone = state.get('gone', '1', () => ({}))
  state.mark()
  state.get('kept', '1', () => ({}))
  state.sweep()
  assert.equal(
    state.get('kept', '1', () => ({})),
    kept,
  )
  assert.notEqual(
    state.get('gone', '1', () => ({})),
    gone,
  )
})
