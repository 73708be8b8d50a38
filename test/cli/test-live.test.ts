import assert from 'node:assert/strict'
import { test } from 'node:test'
import { project } from './project.ts'

const rates = `connectors:
  rates:
    cache: "memory:"
pipelines:
  keep:
    steps:
      - call: rates.set
        with:
          key: \${{ day }}
          value: \${{ rate }}
      - call: rates.get
        with:
          key: \${{ day }}
        as: kept
    reply:
      body: \${{ $kept }}
`
const tests = `tests:
  - name: what was kept is found
    pipeline: keep
    given:
      body: { day: monday, rate: "1.22" }
    mock:
      rates.get: { returns: never asked }
      rates.set: {}
    expect:
      body: "1.22"
      calls:
        rates.set:
          - { key: monday, value: "1.22" }
        rates.get:
          - key: monday
`

test('--live asks the real connectors, and still knows what was asked', async () => {
  await using home = await project({ 'pipelines/rates.yaml': rates, 'pipelines/rates.test.yaml': tests })
  const live = await home.run(['test', '--live'])
  assert.match(live.out, /^1 passed, 0 failed$/m, `${live.out}${live.err}`)
  assert.equal(live.code, 0)
  const mocked = await home.run(['test'])
  assert.match(mocked.out, /the body: expected "1\.22", got "never asked"/)
  assert.equal(mocked.code, 1)
})
