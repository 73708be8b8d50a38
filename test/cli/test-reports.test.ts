import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildDocument } from '../../engine/formats/xml-document.ts'
import { startCommand } from '../support/command.ts'
import { project } from './project.ts'
import { files, rates } from './tested-rates.ts'

const tests = `tests:
  - name: good
    pipeline: marked
  - name: "#2 is bad"
    pipeline: marked
    expect:
      status: 404
  - name: a day
    pipeline: get-rate
    mock:
      rates.get: { returns: "1 < 2" }
    expect:
      body: { rate: "2 & \\u0007" }
`

test('steps that no test reaches are named with their line', async () => {
  await using home = await project(files(tests))
  const { out } = await home.run(['test'])
  assert.equal(
    out.slice(out.indexOf('2 of 6')),
    `2 of 6 steps reached; not reached:
  pipelines/rates.yaml:11 get-rate steps/1 fail
  pipelines/rates.yaml:18 keep-rate steps/0 call
  pipelines/rates.yaml:24 guarded steps/0 call
1 passed, 2 failed
`,
  )
})

const branches = `pipelines:
  sort:
    steps:
      - choose:
          - when: \${{ n > 10 }}
            steps:
              - set:
                  size: large
              - transform: large
          - otherwise:
              - do:
                  - transform: \${{ [n][0] }}
                catch:
                  - steps:
                      - transform: 0
                      - log: \${{ $error.code }}
                      - delay: 1ms
`

test('a branch of choose and a catch are steps like others: the first in a row is named, and how many stand behind it', async () => {
  const one = 'tests:\n  - name: small\n    pipeline: sort\n    given:\n      body: { n: 1 }\n'
  await using home = await project({ 'pipelines/sort.yaml': branches, 'pipelines/sort.test.yaml': one })
  const { out, code } = await home.run(['test'])
  assert.equal(
    out.slice(out.indexOf('\n') + 1),
    `3 of 8 steps reached; not reached:
  pipelines/sort.yaml:7 sort steps/0/choose/0/0 set, and 1 behind it
  pipelines/sort.yaml:15 sort steps/0/choose/1/0/catch/0/0 transform, and 2 behind it
1 passed, 0 failed
`,
  )
  assert.equal(code, 0)
  const { coverage } = JSON.parse((await home.run(['test', '--format', 'json'])).out)
  assert.deepEqual([coverage.steps, coverage.reached, coverage.unreached.length], [8, 3, 2])
})

test('of some tests alone nothing is said about steps', async () => {
  await using home = await project(files(tests))
  assert.doesNotMatch((await home.run(['test', 'good'])).out, /reached/)
})

test('as TAP 14, each test is a line, with its failures in YAML below', async () => {
  await using home = await project(files(tests))
  const { code, out } = await home.run(['test', '--format', 'tap'])
  const steady = out.replaceAll(/duration_ms: \d+/g, 'duration_ms: 1')
  assert.equal(
    steady,
    `TAP version 14
ok 1 - marked: good
not ok 2 - marked: \\#2 is bad
  ---
  at: "pipelines/rates.test.yaml:4"
  duration_ms: 1
  failures:
    - "the status: expected 404, got 200"
  ...
not ok 3 - get-rate: a day
  ---
  at: "pipelines/rates.test.yaml:8"
  duration_ms: 1
  failures:
    - "the body: at /rate expected \\"2 & \\\\u0007\\", got \\"1 < 2\\""
  ...
1..3
# 2 of 6 steps reached; not reached:
#   pipelines/rates.yaml:11 get-rate steps/1 fail
#   pipelines/rates.yaml:18 keep-rate steps/0 call
#   pipelines/rates.yaml:24 guarded steps/0 call
`,
  )
  assert.equal(code, 1)
})

test('as JUnit, each pipeline is a suite', async () => {
  await using home = await project(files(tests))
  const { code, out } = await home.run(['test', '--format', 'junit'])
  const file = 'pipelines/rates.test.yaml'
  const failure = (text: string) => [{ name: 'failure', attributes: { message: text }, text }]
  const bad = failure('the status: expected 404, got 200')
  const day = failure('the body: at /rate expected "2 & \\u0007", got "1 < 2"')
  const totals = (count: number, failures: number) => ({ tests: count, failures, time: 0 })
  const marked = [
    { name: 'testcase', attributes: { name: 'good', classname: 'marked', file, line: 2, time: 0 } },
    { name: 'testcase', attributes: { name: '#2 is bad', classname: 'marked', file, line: 4, time: 0 }, children: bad },
  ]
  const rate = [{ name: 'testcase', attributes: { name: 'a day', classname: 'get-rate', file, line: 8, time: 0 }, children: day }]
  const want = buildDocument({
    name: 'testsuites',
    attributes: { name: 'sluice', ...totals(3, 2) },
    children: [
      { name: 'testsuite', attributes: { name: 'marked', ...totals(2, 1) }, children: marked },
      { name: 'testsuite', attributes: { name: 'get-rate', ...totals(1, 1) }, children: rate },
    ],
  })
  assert.equal(out.replaceAll(/time="[\d.]+"/g, 'time="0"'), want)
  assert.equal(code, 1)
})

test('a format that there is not is said with those there are', async () => {
  await using home = await project(files(tests))
  const { code, err } = await home.run(['test', '--format', 'xunit'])
  assert.equal(err, 'sluice: there is no format "xunit"; write one of text, json, tap, junit\n')
  assert.equal(code, 1)
})

test('--watch runs the tests again when a file changes, and ends with a signal', async () => {
  await using home = await project(files('tests:\n  - name: good\n    pipeline: marked\n'))
  await using running = startCommand(['test', '--watch'], { folder: home.folder })
  await running.seen(/^ok {3}marked: good.*\n[\s\S]*1 passed, 0 failed\nwaiting for a change\n/)
  await home.write('pipelines/more.test.yaml', 'tests:\n  - name: bad\n    pipeline: marked\n    expect:\n      status: 404\n')
  await running.seen(/^FAIL marked: bad[\s\S]*1 passed, 1 failed[\s\S]*\nwaiting for a change\n/m)
  await home.write('pipelines/rates.yaml', rates.replace('call: rates.set', 'call: rate.set'))
  await running.seen(/error unknown-connector[\s\S]*\nwaiting for a change\n/)
  await home.write('pipelines/more.test.yaml', 'tests:\n  - name: bad\n    pipeline: marked\n')
  await home.write('pipelines/rates.yaml', rates)
  await running.seen(/2 passed, 0 failed/)
  assert.equal(await running.stop(), 0)
})
