import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CsvFormat } from '../../engine/core/config.gen.ts'
import { configOf, loadTexts, modelOf, places } from './loading.ts'

test('what `defaults` says holds where a pipeline does not say it', async () => {
  const model = await modelOf('defaults:\n  pipelines: { timeout: 10s, tags: [a] }\npipelines:\n  p: {}\n  q: { timeout: 1s }')
  const read = [...model.pipelines.values()].map(({ timeout, tags }) => [timeout, tags])
  assert.deepEqual(read, [
    [10_000, ['a']],
    [1000, ['a']],
  ])
})

test('defaults of connectors fill maps key by key, and shorthands as what they stand for', async () => {
  const model = await modelOf(
    [
      'defaults:',
      '  connectors:',
      '    retry: { attempts: 4, delay: 1s }',
      '    timeout: 3s',
      'connectors:',
      '  bare: cache',
      '  short: { cache: "memory:", retry: 2 }',
      '  long: { cache: {}, retry: { maxDelay: 9s }, timeout: 1s }',
    ].join('\n'),
  )
  const read = [...model.connectors.values()].map(({ type, retry, timeout }) => [
    type,
    retry?.attempts,
    retry?.delay,
    retry?.maxDelay,
    timeout,
  ])
  assert.deepEqual(read, [
    ['cache', 4, 1000, 5000, 3000],
    ['cache', 2, 1000, 5000, 3000],
    ['cache', 4, 1000, 9000, 1000],
  ])
})

test('null refuses a default', async () => {
  const model = await modelOf('defaults:\n  pipelines: { timeout: 10s }\npipelines:\n  p: { timeout: null }\n  q: {}')
  assert.deepEqual([model.pipelines.get('p')?.timeout, model.pipelines.get('q')?.timeout], [undefined, 10_000])
  const { findings } = await loadTexts('pipelines:\n  p: { timeout: null }')
  assert.deepEqual(places(findings), ['2:8 wrong-type'])
})

test('a default comes only to types for which it means something', async () => {
  const model = await modelOf(
    [
      'defaults:',
      '  channels: { security: partner, format: { csv: { separator: ";" } }, concurrency: 5 }',
      'security:',
      '  partner: { basic: { users: { a: "${KEY}" } } }',
      'pipelines:',
      '  p:',
      '    channels:',
      '      - http: /p',
      '      - soap: { path: /s, operation: o, namespace: "urn:n" }',
      '      - schedule: { every: 1h }',
      '      - http: /open',
      '        security: none',
      '        format: json',
    ].join('\n'),
    { KEY: 'k' },
  )
  const read = model.pipelines
    .get('p')
    ?.channels.map(({ type, security, format, concurrency }) => [type, security, format?.type, concurrency])
  assert.deepEqual(read, [
    ['http', ['partner'], 'csv', 5],
    ['soap', ['partner'], undefined, 5],
    ['schedule', [], undefined, 5],
    ['http', [], 'json', 5],
  ])
  assert.equal(configOf<CsvFormat>(model.pipelines.get('p')?.channels[0]?.format).separator, ';')
})

test('a default `catch` guards every pipeline, with expressions of its own', async () => {
  const model = await modelOf(
    'defaults:\n  pipelines:\n    catch:\n      - on: TIMEOUT\n        steps:\n          - transform:\n              late: ${{ $error.code }}\npipelines:\n  p: {}\n  q: {}',
  )
  for (const name of ['p', 'q']) assert.equal(model.pipelines.get(name)?.catch[0]?.steps[0]?.where.line, 6, name)
})

test('a pipeline whose default changed has another hash; one that says its own has the same', async () => {
  const text = (timeout: string): string => `defaults:\n  pipelines: { timeout: ${timeout} }\npipelines:\n  p: {}\n  q: { timeout: 1s }`
  const [old, next] = [await modelOf(text('2s')), await modelOf(text('3s'))]
  assert.notEqual(old.pipelines.get('p')?.hash, next.pipelines.get('p')?.hash)
  assert.equal(old.pipelines.get('q')?.hash, next.pipelines.get('q')?.hash)
})

test('a default that is wrong is told once, where it stands', async () => {
  const { findings } = await loadTexts('defaults:\n  connectors: { timeout: soon }\nconnectors:\n  a: cache\n  b: cache\n  c: cache')
  assert.deepEqual(places(findings), ['2:26 wrong-value'])
})
