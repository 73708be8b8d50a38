import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMetrics, durationBounds } from '../../engine/observe/metrics.ts'
import { type Sample, scrape } from '../support/scrape.ts'

const value = (samples: readonly Sample[], name: string, labels: Readonly<Record<string, string>> = {}): number | undefined =>
  samples.find(sample => sample.name === name && Object.entries(labels).every(([label, text]) => sample.labels[label] === text))?.value

test('a counter counts by the values of its labels', () => {
  const metrics = createMetrics()
  const count = metrics.counter({ name: 'seen_total', help: 'Seen.', labels: ['a', 'b', 'c'] })
  count('x', 'y', 'z')
  count('x', 'y', 'z')
  count('x', 'y', 'other')
  const samples = scrape(metrics.render())
  assert.deepEqual(
    samples.map(({ labels, value: counted }) => [labels, counted]),
    [
      [{ a: 'x', b: 'y', c: 'z' }, 2],
      [{ a: 'x', b: 'y', c: 'other' }, 1],
    ],
  )
})

test('a histogram has cumulative buckets, a sum and a count', () => {
  const metrics = createMetrics()
  const observe = metrics.histogram({ name: 'took_seconds', help: 'Took.', labels: ['a'] })
  for (const seconds of [0.0005, 0.001, 0.002, 3, 100]) observe(seconds, 'x')
  const samples = scrape(metrics.render())
  const buckets = samples.filter(({ name }) => name === 'took_seconds_bucket').map(({ labels, value: counted }) => [labels['le'], counted])
  assert.deepEqual(buckets, [...durationBounds.map(bound => [String(bound), bound < 0.005 ? 2 : bound < 5 ? 3 : 4]), ['+Inf', 5]])
  assert.equal(value(samples, 'took_seconds_count', { a: 'x' }), 5)
  assert.equal(value(samples, 'took_seconds_sum', { a: 'x' }), 103.0035)
})

test('whatever a label says, it is one label of one line', () => {
  const metrics = createMetrics()
  const texts = ['"', '\\', '\n', 'a"} 9\nforged_total 1', '{}', ',', 'é 漢']
  const count = metrics.counter({ name: 'odd_total', help: 'Odd\n\\ "help".', labels: ['a'] })
  for (const text of texts) count(text)
  const samples = scrape(metrics.render())
  assert.deepEqual(
    samples.map(({ name, labels }) => [name, labels['a']]),
    texts.map(text => ['odd_total', text]),
  )
})

test('there are two thousand series at most, and what comes later is counted together', () => {
  const metrics = createMetrics()
  const count = metrics.counter({ name: 'many_total', help: 'Many.', labels: ['pipeline', 'outcome'] })
  const observe = metrics.histogram({ name: 'many_seconds', help: 'Many.', labels: ['pipeline'] })
  metrics.reading('gauge', { name: 'components', help: 'Many.', labels: ['name'] }, () =>
    Array.from({ length: 3_000 }, (_, at) => [[`c-${at}`], 1] as const),
  )
  for (let at = 0; at < 3_000; at++) {
    count(`p-${at}`, 'ok')
    observe(0.1, `p-${at}`)
  }
  const samples = scrape(metrics.render())
  assert.ok(samples.length <= 2_000, `${samples.length}`)
  assert.ok(samples.length > 1_500, `${samples.length}`)
  const counted = samples.filter(({ name }) => name === 'many_total')
  assert.equal(
    counted.reduce((sum, sample) => sum + sample.value, 0),
    3_000,
  )
  assert.ok((value(samples, 'many_total', { pipeline: 'other', outcome: 'other' }) ?? 0) > 1_000)
  assert.equal(value(samples, 'many_total', { pipeline: 'p-0' }), 1)
})
