import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StepModel } from '../../engine/core/model.ts'
import { configOf, loadTexts, modelOf, places, shown } from './loading.ts'

const written = [
  { name: 'a type without configuration by its bare name', text: 'connectors:\n  c: cache', want: ['cache', 10_000] },
  { name: 'its key with nothing behind it', text: 'connectors:\n  c:\n    cache:', want: ['cache', 10_000] },
  { name: 'a scalar for the field that a type is mostly about', text: 'connectors:\n  c:\n    cache: "memory:"', want: ['cache', 10_000] },
  { name: 'an object', text: 'connectors:\n  c:\n    cache: { maxEntries: 5 }', want: ['cache', 5] },
]
for (const { name, text, want } of written)
  test(`a component is written as ${name}`, async () => {
    const component = (await modelOf(text)).connectors.get('c')
    assert.deepEqual([component?.type, configOf<{ maxEntries: number }>(component).maxEntries], want)
  })

test('shorthands stand for objects, one thing for a list of it', async () => {
  const text = [
    'security:',
    '  us:',
    '    basic: { users: { ada: "${PASSWORD}" } }',
    'pipelines:',
    '  p:',
    '    channels:',
    '      - http: /p',
    '        security: us',
    '    steps:',
    '      - log: came',
    '        retry: 5',
    '        catch:',
    '          - on: TIMEOUT',
    '            steps: []',
  ].join('\n')
  const pipeline = (await modelOf(text, { PASSWORD: 'x' })).pipelines.get('p')
  const [channel, step] = [pipeline?.channels[0], pipeline?.steps[0]]
  assert.deepEqual([configOf<{ path: string; method: string }>(channel).path, channel?.security], ['/p', ['us']])
  assert.deepEqual(configOf(step), { log: { message: 'came', level: 'info', fields: {} } })
  assert.deepEqual([step?.retry?.attempts, step?.retry?.delay, step?.catch[0]?.on], [5, 100, ['TIMEOUT']])
})

test('steps are called by their place or their name', async () => {
  const text = [
    'pipelines:',
    '  p:',
    '    steps:',
    '      - choose:',
    '          - when: ${{ a }}',
    '            steps: [{ delay: 1s }]',
    '          - otherwise: [{ delay: 1s }, { delay: 1s }]',
    '      - parallel: { x: [{ delay: 1s }], y: [{ do: [{ delay: 1s }] }] }',
    '        finally: [{ delay: 1s }]',
    '      - repeat: { while: "${{ x }}", max: 2 }',
    '        name: again',
    '        steps: [{ delay: 1s }]',
    '    catch:',
    '      - steps: [{ delay: 1s }]',
    '    finally: [{ delay: 1s }]',
  ].join('\n')
  // expressions stand in no flow collection: these two are put in block style
  const block = text.replace(
    '      - repeat: { while: "${{ x }}", max: 2 }',
    '      - repeat:\n          while: ${{ x }}\n          max: 2',
  )
  const pipeline = (await modelOf(block)).pipelines.get('p')
  const ids: string[] = []
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    if ('kind' in value && value.kind === 'step') ids.push((value as StepModel).id)
    for (const [key, inner] of Object.entries(value)) if (key !== 'when') visit(inner)
  }
  visit(pipeline)
  assert.deepEqual(
    ids.sort((a, b) => (a < b ? -1 : 1)),
    [
      'again',
      'again/repeat/0',
      'catch/0/0',
      'finally/0',
      'steps/0',
      'steps/0/choose/0/0',
      'steps/0/choose/1/0',
      'steps/0/choose/1/1',
      'steps/1',
      'steps/1/finally/0',
      'steps/1/parallel/x/0',
      'steps/1/parallel/y/0',
      'steps/1/parallel/y/0/do/0',
    ],
  )
})

const faults = [
  { name: 'a mistyped type', text: 'connectors:\n  c: { cahce: "memory:" }', want: ['2:8 unknown-type'] },
  { name: 'a mistyped bare name', text: 'connectors:\n  c: cahce', want: ['2:6 unknown-type'] },
  { name: 'no type', text: 'connectors:\n  c: { timeout: 1s }', want: ['2:3 missing-type'] },
  { name: 'the words of another product', text: 'connectors:\n  c: { type: cache, store: "memory:" }', want: ['2:3 missing-type'] },
  { name: 'two types', text: 'connectors:\n  c: { cache: {}, file: x }', want: ['2:19 several-types'] },
  { name: 'a list', text: 'connectors:\n  c: [cache]', want: ['2:6 wrong-type'] },
  { name: 'nothing', text: 'connectors:\n  c:', want: ['2:3 wrong-type'] },
  { name: 'a type by variable', text: 'connectors:\n  c: ${TYPE}', want: ['2:6 bad-substitution'] },
  {
    name: 'configuration beside its type key',
    text: 'pipelines:\n  p:\n    channels:\n      - http:\n        path: /p\n        method: POST\n        security: none',
    want: ['5:9 unknown-field'],
  },
  { name: 'a modifier inside of the configuration', text: 'connectors:\n  c:\n    cache:\n      timeout: 1s', want: ['4:7 unknown-field'] },
  {
    name: 'something beside a type that takes nothing beside it',
    text: 'pipelines:\n  p:\n    steps:\n      - parse: { xml: {}, root: a }',
    want: ['4:27 unknown-field'],
  },
  { name: 'a bare verb', text: 'pipelines:\n  p:\n    steps: [transform]', want: ['3:13 wrong-type'] },
  {
    name: 'an argument of another operation',
    text: 'connectors:\n  c: cache\npipelines:\n  p:\n    steps:\n      - call: c.get\n        with: { key: a, value: 1 }',
    want: ['7:25 unknown-field'],
  },
  {
    name: 'a policy of the wrong kind, told once',
    text: 'connectors:\n  c:\n    cache:\n    breaker: 5',
    want: ['4:14 wrong-type'],
  },
  { name: 'a field of a policy', text: 'connectors:\n  c:\n    cache:\n    breaker: { failure: 5 }', want: ['4:16 unknown-field'] },
  {
    name: 'a number that YAML misreads',
    text: 'pipelines:\n  p:\n    steps:\n      - transform: { zip: 01234, big: 12345678901234567890 }',
    want: ['4:27 wrong-value', '4:39 wrong-value'],
  },
]
for (const { name, text, want } of faults)
  test(`a finding: ${name}`, async () => {
    const { findings, model } = await loadTexts(text, { TYPE: 'cache' })
    assert.deepEqual(places(findings), want, findings.map(shown).join('\n'))
    assert.equal(model, undefined)
  })

test('what nobody knows the type of is said once, and nothing about what is in it or reads what it binds', async () => {
  const steps = ['- cal: c.get', '  wiht: 1', '  as: found', '- sett: { other: 1 }', '- log: ${{ $found & $other & $nobody }}']
  const { findings } = await loadTexts(['pipelines:', '  p:', '    steps:', ...steps.map(line => `      ${line}`)].join('\n'))
  assert.deepEqual(places(findings), ['4:9 unknown-type', '7:9 unknown-type', '8:36 unknown-variable'])
  assert.deepEqual([findings[0]?.hint, findings[1]?.hint], ['did you mean "call"?', 'did you mean "set"?'])
})
