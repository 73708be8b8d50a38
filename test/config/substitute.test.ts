import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Template } from '../../engine/core/expression.ts'
import { configOf, loadTexts, modelOf, places } from './loading.ts'

/** The configuration of a step `transform: { a: … }`, and what became of it. */
async function transformed(scalar: string, environment: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const { pipelines } = await modelOf(`pipelines:\n  p:\n    steps:\n      - transform:\n          a: ${scalar}\n`, environment)
  return configOf<{ transform: { a: unknown } }>(pipelines.get('p')?.steps[0]).transform.a
}

const texts = [
  { name: 'a variable', scalar: 'x-${NAME}-y', environment: { NAME: 'n' }, want: 'x-n-y' },
  { name: 'a default where there is no variable', scalar: '${NAME:-a b}', environment: {}, want: 'a b' },
  { name: 'a default where the variable is empty', scalar: '${NAME:-d}', environment: { NAME: '' }, want: 'd' },
  { name: 'an empty default', scalar: '"[${NAME:-}]"', environment: {}, want: '[]' },
  { name: 'the variable before the default', scalar: '${NAME:-d}', environment: { NAME: 'n' }, want: 'n' },
  { name: 'a text that is empty', scalar: '"<${NAME}>"', environment: { NAME: '' }, want: '<>' },
  { name: 'a literal ${', scalar: '$${NAME}', environment: { NAME: 'n' }, want: '${NAME}' },
  { name: 'a literal ${{', scalar: '$${{ n }}', environment: {}, want: '${{ n }}' },
  { name: 'a value is not looked into again', scalar: '${NAME}', environment: { NAME: '${OTHER} ${{ x }}' }, want: '${OTHER} ${{ x }}' },
  { name: 'a value cannot change the shape', scalar: '${NAME}', environment: { NAME: '{ b: 1 }\nc: 2' }, want: '{ b: 1 }\nc: 2' },
  { name: 'where no type is named, text stays text', scalar: '${NAME}', environment: { NAME: '10' }, want: '10' },
  { name: 'names of every object are no variables', scalar: '"${constructor:-none}"', environment: {}, want: 'none' },
]
for (const { name, scalar, environment, want } of texts)
  test(`substitution: ${name}`, async () => assert.equal(await transformed(scalar, environment), want))

test('substitution: text beside an expression is filled in, the expression is not touched', async () => {
  const template = await transformed('${HOST}/$${x}/${{ $.id & "$" }}/$${{', { HOST: 'h' })
  assert.ok(template instanceof Template)
  assert.deepEqual(
    template.parts.map(part => (typeof part === 'string' ? part : part.source)),
    ['h/${x}/', '$.id & "$"', '/${{'],
  )
})

const typed = [
  { name: 'a number', port: '8081', want: 8081 },
  { name: 'a wrong number', port: '80x', want: undefined },
]
for (const { name, port, want } of typed)
  test(`substitution: a whole one takes the type that its schema names: ${name}`, async () => {
    const { model, findings } = await loadTexts('listeners:\n  other: { port: "${PORT}" }', { PORT: port })
    assert.equal(model?.listeners.get('other')?.port, want)
    assert.deepEqual(places(findings), want === undefined ? ['2:18 wrong-type'] : [])
    assert.doesNotMatch(JSON.stringify(findings), /80x/, 'what comes from outside is not repeated')
  })

test('substitution: a switch, a duration and a size by variables', async () => {
  const text = [
    'connectors:',
    '  crm:',
    '    http: { url: "${URL}", maxReply: "${SIZE}" }',
    '    timeout: ${TIMEOUT}',
    '    required: ${REQUIRED}',
    '    breaker: ${BREAKER}',
  ].join('\n')
  const crm = (await modelOf(text, { URL: 'http://a', SIZE: '1kB', TIMEOUT: '2s', REQUIRED: 'true', BREAKER: 'false' })).connectors.get(
    'crm',
  )
  assert.equal(configOf<{ maxReply: number }>(crm).maxReply, 1024)
  assert.deepEqual([crm?.timeout, crm?.required, crm?.breaker], [2000, true, false])
})

const faults = [
  { name: 'no such variable', scalar: '${NAME}', want: ['5:14 missing-variable'] },
  { name: 'two of them', scalar: '${ONE} ${TWO}', want: ['5:14 missing-variable', '5:14 missing-variable'] },
  { name: 'in a block, where it stands', scalar: '|\n            one\n            two ${NAME}', want: ['7:17 missing-variable'] },
  { name: 'no name', scalar: '${my name}', want: ['5:14 bad-substitution'] },
  { name: 'never closed', scalar: '"${NAME"', want: ['5:14 bad-substitution'] },
  { name: 'a secret store that is not there', scalar: '${secret:crm}', want: ['5:14 bad-substitution'] },
  { name: 'inside an expression', scalar: '${{ "${NAME}" }}', want: ['5:14 bad-substitution'] },
  { name: 'a file that is not there', scalar: '${file:none.txt}', want: ['5:14 unreadable-file'] },
  { name: 'a secret in a message', scalar: '${file:config.yaml}', want: ['5:14 secret-in-message'] },
  { name: 'a secret beside an expression', scalar: '${{ id }} ${file:config.yaml}', want: ['5:14 secret-in-message'] },
]
for (const { name, scalar, want } of faults)
  test(`substitution: ${name} is a finding`, async () => {
    const { findings } = await loadTexts(`pipelines:\n  p:\n    steps:\n      - transform:\n          a: ${scalar}\n`)
    assert.deepEqual(places(findings), want)
  })

test('substitution: nothing is filled into a key', async () => {
  const { findings } = await loadTexts('pipelines:\n  p:\n    steps:\n      - transform:\n          ${NAME}: 1\n          ${{ b }}: 2', {
    NAME: 'a',
  })
  assert.deepEqual(places(findings), ['5:11 bad-substitution', '6:11 expression-not-allowed'])
})
