import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Template } from '../../engine/core/expression.ts'
import { loadTexts, modelOf, places, shown } from './loading.ts'

const channel = (text: string): string => `    channels:\n      - ${text}\n        security: none\n`
const soap = (operation: string, security = 'none'): string =>
  `      - soap: { path: /s, operation: ${operation}, namespace: "urn:a" }\n        security: ${security}\n`

const wholes = [
  {
    name: 'the names of parameters tell no two paths apart',
    text: `pipelines:\n  a:\n${channel('http: "/x/{a}"')}  b:\n${channel('http: "/x/{b}"')}`,
    rule: ['duplicate-route', 'wrong-value'],
  },
  {
    name: 'methods tell them apart',
    text: `pipelines:\n  a:\n${channel('http: /x')}  b:\n${channel('http: { path: /x, method: POST }')}`,
    rule: [],
  },
  {
    name: 'listeners tell them apart',
    text: `listeners:\n  other: { port: 0 }\npipelines:\n  a:\n${channel('http: /x')}  b:\n${channel('http: { path: /x, listener: other }')}`,
    rule: [],
  },
  {
    name: 'SOAP operations share a path',
    text: `pipelines:\n  a:\n    channels:\n${soap('one')}  b:\n    channels:\n${soap('two')}`,
    rule: [],
  },
  {
    name: 'two SOAP operations of one pipeline need a name each',
    text: `pipelines:\n  a:\n    channels:\n${soap('one')}${soap('two')}`,
    rule: ['duplicate-channel'],
  },
  {
    name: 'and have it',
    text: `pipelines:\n  a:\n    channels:\n${soap('one')}${soap('two')}        name: second\n`,
    rule: [],
  },
  {
    name: 'none lets everybody in, and stands alone',
    text: `security:\n  us: { basic: { users: { ada: "\${P}" } } }\npipelines:\n  a:\n    channels:\n      - http: /x\n        security: [us, none]`,
    rule: ['wrong-value'],
  },
  {
    name: 'an empty list does not say who',
    text: 'pipelines:\n  a:\n    channels:\n      - http: /x\n        security: []',
    rule: ['missing-security'],
  },
  { name: 'none is no entry of security', text: 'security:\n  none: { basic: { users: { ada: "${P}" } } }', rule: ['reserved-name'] },
  { name: 'a schedule is called by nobody', text: 'pipelines:\n  a:\n    channels:\n      - schedule: { every: 1h }', rule: [] },
  { name: 'any free port is no address', text: 'listeners:\n  a: { port: 0 }\n  b: { port: 0 }', rule: [] },
  {
    name: 'one port on two hosts',
    text: 'listeners:\n  a: { host: 127.0.0.2, port: 9000 }\n  b: { host: 127.0.0.3, port: 9000 }',
    rule: [],
  },
  { name: 'public may be declared', text: 'listeners:\n  public: { port: 9000 }', rule: [] },
  {
    name: 'a condition that asks for the message',
    text: 'pipelines:\n  a:\n    steps:\n      - delay: 1s\n        when: ${{ a ?? false }}',
    rule: [],
  },
  {
    name: 'a text around a condition',
    text: 'pipelines:\n  a:\n    steps:\n      - delay: 1s\n        when: if ${{ a }}',
    rule: ['bad-condition'],
  },
  {
    name: 'a key of the author is no condition',
    text: 'pipelines:\n  a:\n    steps:\n      - transform: { when: true, while: 1 }\n      - set: { when: true }',
    rule: [],
  },
  {
    name: 'what comes behind a fail that is caught',
    text: 'pipelines:\n  a:\n    steps:\n      - fail: { code: x }\n        catch: [{ steps: [] }]\n      - delay: 1s',
    rule: [],
  },
  {
    name: 'what comes behind a fail in a block',
    text: 'pipelines:\n  a:\n    steps:\n      - do:\n          - fail: { code: x }\n          - delay: 1s',
    rule: ['unreachable-step'],
  },
  {
    name: 'a respond in a block that runs once',
    text: 'pipelines:\n  a:\n    steps:\n      - do: [{ respond: { status: 202 } }]',
    rule: [],
  },
  {
    name: 'a respond deep inside of each',
    text: 'pipelines:\n  a:\n    steps:\n      - each: ${{ b }}\n        steps:\n          - do: [{ respond: { status: 202 } }]',
    rule: ['respond-in-branch'],
  },
  {
    name: 'a ring with a condition on the way ends',
    text: 'pipelines:\n  a:\n    steps:\n      - invoke: b\n  b:\n    steps:\n      - invoke: a\n        when: ${{ more }}',
    rule: [],
  },
  {
    name: 'a ring of three, told once',
    text: 'pipelines:\n  a: { steps: [{ invoke: b }] }\n  b: { steps: [{ do: [{ invoke: c }] }] }\n  c: { steps: [{ invoke: a }] }',
    rule: ['invoke-cycle'],
  },
  {
    name: 'two steps of one name',
    text: 'pipelines:\n  a:\n    steps:\n      - delay: 1s\n        name: x\n      - do: [{ delay: 1s, name: x }]',
    rule: ['duplicate-name'],
  },
  {
    name: 'steps of one name in two pipelines',
    text: 'pipelines:\n  a: { steps: [{ delay: 1s, name: x }] }\n  b: { steps: [{ delay: 1s, name: x }] }',
    rule: [],
  },
  {
    name: 'otherwise with a condition',
    text: 'pipelines:\n  a:\n    steps:\n      - choose:\n          - when: ${{ b }}\n            otherwise: []',
    rule: ['otherwise-last'],
  },
  {
    name: 'a branch with both',
    text: 'pipelines:\n  a:\n    steps:\n      - choose:\n          - when: ${{ b }}\n            steps: []\n            otherwise: []',
    rule: ['wrong-value'],
  },
]
for (const { name, text, rule } of wholes)
  test(`the whole: ${name}`, async () => {
    const { findings } = await loadTexts(text, { P: 'x' })
    const found = findings.map(finding => finding.rule)
    if (rule.length < 2) assert.deepEqual(found, rule, findings.map(shown).join('\n'))
    else assert.ok(found.length === 1 && rule.includes(found[0] ?? ''), findings.map(shown).join('\n'))
  })

test('a cross reference shows both ends', async () => {
  const { findings } = await loadTexts(
    `pipelines:\n  a:\n${channel('http: { path: /x, method: POST }')}  b:\n    channels:\n${soap('one').replace('/s', '/x')}`,
  )
  assert.deepEqual(places(findings), ['8:9 duplicate-route'])
  assert.deepEqual(
    findings[0]?.related?.map(({ where }) => `${where.line}:${where.column}`),
    ['4:9'],
  )
})

test('a warning does not keep a configuration from being taken', async () => {
  const { model, findings } = await loadTexts('pipelines:\n  a: { steps: [{ invoke: a }] }')
  assert.deepEqual([findings[0]?.severity, model?.pipelines.size], ['warning', 1])
})

test('splices: where a text lands is said by the schema of the argument', async () => {
  const model = await modelOf(
    [
      'connectors:',
      '  crm: { http: https://a }',
      'pipelines:',
      '  a:',
      '    steps:',
      '      - call: crm.get',
      '        with:',
      '          path: /a/${{ id }}',
      '          headers:',
      '            x-id: id ${{ id }}',
      '    reply:',
      '      headers:',
      '        location: /b/${{ id }}',
      '      body: b ${{ id }}',
    ].join('\n'),
  )
  const pipeline = model.pipelines.get('a')
  const splices: string[] = []
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    if (value instanceof Template) splices.push(value.splice)
    else for (const inner of Object.values(value)) visit(inner)
  }
  visit([pipeline?.steps, pipeline?.reply])
  assert.deepEqual(splices, ['path', 'header', 'header', 'text'])
})
