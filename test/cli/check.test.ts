import assert from 'node:assert/strict'
import { test } from 'node:test'
import { project } from './project.ts'

const right = `connectors:
  rates:
    cache: "memory:"
pipelines:
  hello:
    channels:
      - http: /hello
        security: none
    steps:
      - transform: hello
`
const wrong = `pipelines:
  hello:
    channels:
      - http: { path: /hello, methd: POST }
        security: none
    steps:
      - set:
          customer: \${{ order.customer }}
      - transform: \${{ $custmer }}
`
const odd = 'pipelines:\n  hello:\n    steps:\n      - delay: 1s\n        when: total > 100\n'

test('a folder without a fault is counted, and the exit code is 0', async () => {
  await using home = await project({ 'pipelines/hello.yaml': right })
  assert.deepEqual(await home.run(['check']), { code: 0, out: 'pipelines: 1 pipeline, 1 connector, no findings\n', err: '' })
})

test('findings are one line each: place, severity, rule, sentence, and the text to write', async () => {
  await using home = await project({ 'pipelines/hello.yaml': wrong })
  const { code, out, err } = await home.run(['check'])
  assert.deepEqual(
    err.split('\n').filter(line => !line.startsWith(' ')),
    [
      'pipelines/hello.yaml:4:31 error unknown-field  unknown field "methd" in channel http (did you mean "method"?)',
      'pipelines/hello.yaml:9:24 error unknown-variable  $custmer is not bound here (did you mean $customer, bound at 8:11?)',
      '',
    ],
  )
  assert.equal(out, 'pipelines: 2 errors\n')
  assert.equal(code, 1)
})

test('a cross reference shows its other end below', async () => {
  await using home = await project({ 'pipelines/hello.yaml': wrong })
  const { err } = await home.run(['check'])
  assert.match(err, /^ {4}pipelines\/hello\.yaml:8:11 \$customer is bound here$/m)
})

test('another folder can be named', async () => {
  await using home = await project({ 'pipelines/hello.yaml': right, 'other/hello.yaml': wrong })
  const { code, err } = await home.run(['check', 'other'])
  assert.match(err, /^other\/hello\.yaml:4:31 error unknown-field/)
  assert.equal(code, 1)
})

test('a folder that is not there is a finding', async () => {
  await using home = await project({})
  const { code, err } = await home.run(['check', 'nowhere'])
  assert.match(err, /^nowhere:1:1 error no-configuration .*--config/)
  assert.equal(code, 1)
})

test('a broken plugin is a finding, with its line', async () => {
  await using home = await project({
    'pipelines/hello.yaml': right,
    'plugins/odd/schema.json': '{ "$id": "sluice:/transform/odd.json", "type": "object" }',
    'plugins/odd/plugin.ts': "throw new Error('no such thing')\n",
  })
  const { code, err } = await home.run(['check'])
  assert.match(err, /^plugins\/odd\/plugin\.ts:1:\d+ error plugin .*no such thing/)
  assert.equal(code, 1)
})

test('warnings do not fail, unless --strict says so', async () => {
  await using home = await project({ 'pipelines/hello.yaml': odd })
  const lenient = await home.run(['check'])
  assert.match(lenient.err, /hello\.yaml:5:15 warning bad-condition .*write \$\{\{ total > 100 \}\}/)
  assert.match(lenient.out, /1 pipeline, 0 connectors, 1 warning/)
  assert.equal(lenient.code, 0)
  assert.equal((await home.run(['check', '--strict'])).code, 1)
})

test('as JSON, findings are objects', async () => {
  await using home = await project({ 'pipelines/hello.yaml': wrong })
  const { code, out, err } = await home.run(['check', '--format', 'json'])
  const { findings } = JSON.parse(out)
  assert.equal(err, '')
  assert.deepEqual(findings[0], {
    severity: 'error',
    rule: 'unknown-field',
    message: 'unknown field "methd" in channel http',
    file: 'pipelines/hello.yaml',
    line: 4,
    column: 31,
    pointer: '/pipelines/hello/channels/0/http/methd',
    hint: 'did you mean "method"?',
  })
  assert.equal(findings[1].related[0].where.line, 8)
  assert.equal(code, 1)
})

test('for GitHub, findings are workflow commands', async () => {
  await using home = await project({ 'pipelines/hello.yaml': wrong })
  const { code, out } = await home.run(['check', '--format', 'github'])
  assert.equal(
    out.split('\n')[0],
    '::error file=pipelines/hello.yaml,line=4,col=31,title=unknown-field::unknown field "methd" in channel http (did you mean "method"?)',
  )
  assert.equal(code, 1)
})

test('as SARIF, results name their rules, each with its page', async () => {
  await using home = await project({ 'pipelines/hello.yaml': wrong })
  const { code, out } = await home.run(['check', '--format', 'sarif'])
  const { version, runs } = JSON.parse(out)
  assert.equal(version, '2.1.0')
  const [first, second] = runs[0].results
  assert.equal(first.ruleId, 'unknown-field')
  assert.equal(first.level, 'error')
  assert.deepEqual(first.locations[0].physicalLocation, {
    artifactLocation: { uri: 'pipelines/hello.yaml' },
    region: { startLine: 4, startColumn: 31 },
  })
  assert.equal(second.relatedLocations[0].physicalLocation.region.startLine, 8)
  assert.match(runs[0].tool.driver.rules[0].fullDescription.text, /no such key/)
  assert.equal(code, 1)
})

test('machines read a list without findings as well', async () => {
  await using home = await project({ 'pipelines/hello.yaml': right })
  assert.deepEqual(JSON.parse((await home.run(['check', '--format', 'json'])).out), { findings: [] })
  assert.equal((await home.run(['check', '--format', 'github'])).out, '')
  assert.deepEqual(JSON.parse((await home.run(['check', '--format', 'sarif'])).out).runs[0].results, [])
})

test('a format that is none is refused with those there are', async () => {
  await using home = await project({ 'pipelines/hello.yaml': right })
  const { code, err } = await home.run(['check', '--format', 'xml'])
  assert.match(err, /there is no format "xml"; write one of text, json, github, sarif/)
  assert.equal(code, 1)
})

test('--types shows what is known of the message at every step', async () => {
  const typed = `pipelines:
  hello:
    input: { type: object, required: [name], properties: { name: { type: string }, year: { type: integer } } }
    steps:
      - set:
          text: \${{ 'hello ' & name }}
      - transform:
          said: \${{ $text }}
`
  await using home = await project({ 'pipelines/hello.yaml': typed })
  const { code, out, err } = await home.run(['check', '--types'])
  assert.equal(err, '')
  assert.equal(
    out,
    `hello
  steps/0 set        { name: text, year?: number, … }
  steps/1 transform  { name: text, year?: number, … }  $text: text
  reply              { said: text }  $text: text
pipelines: 1 pipeline, 0 connectors, no findings
`,
  )
  assert.equal(code, 0)
})
