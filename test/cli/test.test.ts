import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sluice } from '../support/gateway.ts'
import { project } from './project.ts'
import { files, rates } from './tested-rates.ts'

test("the project's own tests pass", async () => {
  const { code, out, err } = await sluice(['test'])
  assert.equal(err, '')
  assert.match(out, /^ok {3}get-rate: the third client speaks SOAP \(\d+ ms\)$/m)
  assert.match(out, /\n\d+ passed, 0 failed\n$/)
  assert.equal(code, 0)
})

test('a list of messages goes in one after the other, and a list of mocks answers one call after the other', async () => {
  const tests = `tests:
  - name: two days
    pipeline: get-rate
    given:
      - body: { day: monday }
      - body: { day: tuesday }
    mock:
      rates.get:
        - returns: "1.22"
        - fails: { code: UNREACHABLE }
        - returns: "1.24"
    expect:
      - body: { rate: "1.22" }
        calls:
          rates.get:
            - key: monday
      - body: { rate: "1.24" }
        calls:
          rates.get:
            - key: tuesday
            - key: tuesday
`
  await using home = await project({
    ...files(tests),
    'pipelines/rates.yaml': rates.replace('cache: "memory:"', 'cache: "memory:"\n    retry: 2'),
  })
  const { code, out } = await home.run(['test'])
  assert.match(out, /^1 passed, 0 failed$/m, out)
  assert.equal(code, 0)
})

test('more calls than mocks fail, and the message is named', async () => {
  const tests = `tests:
  - name: three days
    pipeline: get-rate
    given:
      - body: { day: monday }
      - body: { day: tuesday }
      - body: { day: wednesday }
    mock:
      rates.get:
        - returns: 1
        - returns: 2
`
  await using home = await project(files(tests))
  const { out } = await home.run(['test'])
  assert.match(out, /message 3: rates\.get has mocks for 2 calls only/)
})

test('cases run the test once each, laid over what it says', async () => {
  const tests = `tests:
  - name: a day
    pipeline: get-rate
    given:
      body: { day: monday }
    mock:
      rates.get: { returns: "1.22" }
    expect:
      body: { rate: "1.22" }
    cases:
      - name: that has a rate
      - name: that has another
        mock:
          rates.get: { returns: "1.23" }
        expect:
          body: { rate: "1.23" }
      - expect:
          body: { rate: "9.99" }
`
  await using home = await project(files(tests))
  const { code, out } = await home.run(['test'])
  assert.match(out, /^ok {3}get-rate: a day: that has a rate /m)
  assert.match(out, /^ok {3}get-rate: a day: that has another /m)
  assert.match(out, /^FAIL get-rate: a day: 3 /m)
  assert.match(out, /^2 passed, 1 failed$/m)
  assert.equal(code, 1)
})

test('the clock stands where a message says, and $uuid() counts up in each test', async () => {
  const id = (count: number): string => `00000000-0000-4000-8000-00000000000${count}`
  const one = (name: string): string => `  - name: ${name}
    pipeline: marked
    given:
      - now: "2013-09-06T12:00:00Z"
      - now: "2013-09-07T12:00:00Z"
    expect:
      - body: { id: ${id(1)}, at: "2013-09-06T12:00:00.000Z" }
      - body: { id: ${id(2)}, at: "2013-09-07T12:00:00.000Z" }
`
  await using home = await project(files(`tests:\n${one('the first')}${one('the second')}`))
  const { code, out } = await home.run(['test'])
  assert.match(out, /^2 passed, 0 failed$/m, out)
  assert.equal(code, 0)
})

test('a word chooses the tests whose pipeline or name has it', async () => {
  const tests = 'tests:\n  - name: first\n    pipeline: marked\n  - name: second\n    pipeline: marked\n'
  await using home = await project(files(tests))
  assert.match((await home.run(['test', 'second'])).out, /^ok {3}marked: second .*\n1 passed, 0 failed\n$/)
  const none = await home.run(['test', 'third'])
  assert.match(none.err, /there are no tests named "third"/)
  assert.equal(none.code, 1)
})

test('a folder without tests fails, and says where to write one', async () => {
  await using home = await project({ 'pipelines/rates.yaml': rates })
  const { code, err } = await home.run(['test'])
  assert.match(err, /there are no tests in .*pipelines: write one in a \*\.test\.yaml/)
  assert.equal(code, 1)
})

test('a configuration with faults is not tested', async () => {
  await using home = await project({ 'pipelines/rates.yaml': rates.replace('call: rates.set', 'call: rate.set') })
  const { code, out, err } = await home.run(['test'])
  assert.match(err, /error unknown-connector/)
  assert.equal(out, '')
  assert.equal(code, 1)
})

test('as JSON, results are objects with their failures', async () => {
  const tests = 'tests:\n  - name: good\n    pipeline: marked\n  - name: bad\n    pipeline: marked\n    expect:\n      status: 404\n'
  await using home = await project(files(tests))
  const { code, out } = await home.run(['test', '--format', 'json'])
  const { passed, failed, results } = JSON.parse(out)
  assert.deepEqual([passed, failed], [1, 1])
  assert.deepEqual(results[1].failures, ['the status: expected 404, got 200'])
  assert.deepEqual(
    [results[1].name, results[1].pipeline, results[1].file, results[1].line],
    ['bad', 'marked', 'pipelines/rates.test.yaml', 4],
  )
  assert.equal(code, 1)
})
