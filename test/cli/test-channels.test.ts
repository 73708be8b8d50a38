import assert from 'node:assert/strict'
import { test } from 'node:test'
import { project } from './project.ts'

const greeting = `security:
  partner:
    basic:
      users:
        ada: \${ADA:-lovelace}
pipelines:
  greet:
    input:
      type: object
      required: [name]
      properties:
        name: { type: string }
        times: { type: integer }
    channels:
      - http: { path: "/greet/{name}", method: POST }
        name: json
        format: json
        security: partner
      - http: { path: /greet, method: POST }
        name: xml
        format: xml
        security: none
      - soap: { path: /soap, operation: greet, namespace: "urn:greeting" }
        security: none
    steps:
      - transform:
          text: hello \${{ name }}
          times: \${{ times }}
  nightly:
    channels:
      - schedule: { every: 1d }
    steps:
      - transform:
          date: \${{ $now('[Y0001]-[M01]-[D01]') }}
`

const passing = [
  {
    name: 'text through a JSON channel comes back as what its JSON says, path parameters and credentials included',
    yaml: `    pipeline: greet
    given:
      channel: json
      params: { name: Ada }
      headers: { Authorization: Basic ${Buffer.from('ada:lovelace').toString('base64')} }
      body: '{"times":"2"}'
    expect:
      status: 200
      headers: { Content-Type: application/json }
      body: { text: hello Ada, times: 2 }
`,
  },
  {
    name: 'without credentials the channel refuses',
    yaml: `    pipeline: greet
    given:
      channel: json
      params: { name: Ada }
    expect:
      status: 401
      error: { code: UNAUTHENTICATED }
`,
  },
  {
    name: 'text through an XML channel comes back as XML',
    yaml: `    pipeline: greet
    given:
      channel: xml
      body: <request><name>Ada</name></request>
    expect:
      body: <?xml version="1.0" encoding="UTF-8"?><response><text>hello Ada</text></response>
`,
  },
  {
    name: 'what the channel cannot read is its 400',
    yaml: `    pipeline: greet
    given:
      channel: xml
      body: <request><name>
    expect:
      error: { code: MALFORMED, status: 400 }
`,
  },
  {
    name: 'an envelope through a SOAP channel comes back as an envelope',
    yaml: `    pipeline: greet
    given:
      channel: soap
      body: |
        <e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:g="urn:greeting">
          <e:Body><g:greet><g:name>Ada</g:name></g:greet></e:Body>
        </e:Envelope>
    expect:
      status: 200
      matches:
        type: string
        pattern: greetResponse.*hello Ada
`,
  },
  {
    name: 'a violation over SOAP is a Fault of its version',
    yaml: `    pipeline: greet
    given:
      channel: soap
      body: |
        <e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:g="urn:greeting">
          <e:Body><g:greet/></e:Body>
        </e:Envelope>
    expect:
      status: 500
      error: { code: INPUT_INVALID }
      matches: { type: string, pattern: Fault }
`,
  },
  {
    name: 'a channel that goes and gets is called as its source would',
    yaml: `    pipeline: nightly
    given:
      channel: schedule
      now: "2013-09-06T00:00:00Z"
    expect:
      body: { date: "2013-09-06" }
`,
  },
]
for (const { name, yaml } of passing)
  test(name, async () => {
    await using home = await project({ 'pipelines/greet.yaml': greeting, 'pipelines/greet.test.yaml': `tests:\n  - name: it\n${yaml}` })
    const { code, out } = await home.run(['test'])
    assert.match(out, /^1 passed, 0 failed$/m, out)
    assert.equal(code, 0)
  })

test('a type that the pipeline has twice must be named', async () => {
  const tests = 'tests:\n  - name: it\n    pipeline: greet\n    given:\n      channel: http\n'
  await using home = await project({ 'pipelines/greet.yaml': greeting, 'pipelines/greet.test.yaml': tests })
  const { out } = await home.run(['test'])
  assert.match(out, /has 2 channels "http": give the one you mean a name/)
})
