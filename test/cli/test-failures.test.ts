import assert from 'node:assert/strict'
import { test } from 'node:test'
import { project } from './project.ts'
import { files } from './tested-rates.ts'

const failing = [
  {
    name: 'a reply that differs is shown with its place',
    given: `    mock:
      rates.get: { returns: "1.22" }
    expect:
      body: { rate: "1.23" }
`,
    says: 'the body: at /rate expected "1.23", got "1.22"',
  },
  {
    name: 'a status that differs is shown',
    given: `    mock:
      rates.get: { returns: "1.22" }
    expect:
      status: 201
`,
    says: 'the status: expected 201, got 200',
  },
  {
    name: 'a failure that nobody expected is shown',
    given: `    mock:
      rates.get: {}
`,
    says: 'it failed: no-rate (404): no-rate',
  },
  {
    name: 'a failure that did not come is shown',
    given: `    mock:
      rates.get: { returns: 1 }
    expect:
      error: { code: no-rate }
`,
    says: 'an error was expected, and there was none',
  },
  {
    name: 'another failure than the one expected is shown',
    given: `    mock:
      rates.get: { fails: { status: 403 } }
    expect:
      error: { code: no-rate, status: 404 }
`,
    says: 'the error at /code expected "no-rate", got "UPSTREAM_REFUSED"',
  },
  {
    name: 'a call with other arguments is shown',
    given: `    given:
      body: { day: monday }
    mock:
      rates.get: { returns: 1 }
    expect:
      calls:
        rates.get:
          - key: tuesday
`,
    says: 'call 1 of rates.get: at /key expected "tuesday", got "monday"',
  },
  {
    name: 'a call that was made and never was to be is shown',
    given: `    mock:
      rates.get: { returns: 1 }
    expect:
      calls:
        rates.get: []
`,
    says: 'rates.get was called 1 times, expected 0',
  },
  {
    name: 'a body that does not match its schema is shown',
    given: `    mock:
      rates.get: { returns: "1" }
    expect:
      matches:
        type: object
        properties:
          rate: { type: integer }
`,
    says: 'the body does not match: /rate must be an integer',
  },
  { name: 'a call without a mock fails', given: '', says: 'rates.get has no mock' },
  {
    name: 'a call without a mock fails also where a failure is expected',
    given: `    expect:
      error: { status: 500 }
`,
    says: 'rates.get has no mock',
  },
  {
    name: 'lists of two lengths are refused',
    given: `    given:
      - body: { day: monday }
      - body: { day: tuesday }
    expect:
      - status: 200
      - status: 200
      - status: 200
`,
    says: '"given" has 2 messages and "expect" 3',
  },
  {
    name: 'a channel that the pipeline does not have is said',
    given: `    given:
      channel: http
`,
    says: 'the pipeline "get-rate" has no channel "http"',
  },
  {
    name: 'a time that is none is said',
    given: `    given:
      now: yesterday
`,
    says: '"yesterday" is not a time: write 2013-09-06T12:00:00Z',
  },
]
for (const { name, given, says } of failing)
  test(name, async () => {
    await using home = await project(files(`tests:\n  - name: this one\n    pipeline: get-rate\n${given}`))
    const { code, out } = await home.run(['test'])
    assert.ok(out.startsWith('FAIL get-rate: this one (pipelines/rates.test.yaml:2)\n       '), out)
    assert.ok(out.includes(says), out)
    assert.match(out, /0 passed, 1 failed\n$/)
    assert.equal(code, 1)
  })

test('a call without a mock fails the test though the pipeline catches it', async () => {
  await using home = await project(files('tests:\n  - name: caught\n    pipeline: guarded\n    expect:\n      body: caught\n'))
  const { code, out } = await home.run(['test'])
  assert.match(out, /rates\.get has no mock/)
  assert.equal(code, 1)
})
