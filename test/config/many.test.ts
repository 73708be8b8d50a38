import assert from 'node:assert/strict'
import { test } from 'node:test'
import { modelOf } from './loading.ts'

/** As many pipelines as asked for, each with a route, a schema and expressions of its own, in files of fifty. */
function pipelines(count: number): Readonly<Record<string, string>> {
  const files: Record<string, string> = { 'connectors.yaml': 'connectors:\n  rates: cache' }
  for (let at = 0; at < count; at += 1) {
    const name = `part-${Math.floor(at / 50)}.yaml`
    files[name] = (files[name] ?? 'pipelines:\n') + pipeline(at)
  }
  return files
}

const pipeline = (at: number): string => `  rate-${at}:
    input:
      type: object
      properties:
        year: { type: integer }
        month: { type: integer }
        day: { type: integer, minimum: 1, maximum: 31 }
        day-${at}: { type: integer }
      dependentRequired:
        day: [year, month]
    channels:
      - http: { path: /rates/${at}, method: POST }
        format: json
        security: none
    steps:
      - set:
          date: |
            \${{ $exists(day)
                  ? $formatNumber(year, '0000') & '-${at}'
                  : $now('[Y0001]-[M01]-[D01]') }}
      - call: rates.get
        with:
          key: \${{ $date & '${at}' }}
        as: rate
      - fail:
          code: no-rate
          status: 404
          message: there is no rate for \${{ $date }}
        when: \${{ $not($exists($rate)) }}
    reply:
      body:
        rate: \${{ $rate }}
`

test('the time to load grows with the number of pipelines, not with its square', async context => {
  const time = async (count: number): Promise<number> => {
    const start = process.cpuUsage()
    assert.equal((await modelOf(pipelines(count))).pipelines.size, count)
    const { user, system } = process.cpuUsage(start)
    return (user + system) / 1000
  }
  await time(50)
  const [some, many] = [await time(100), await time(1_000)]
  context.diagnostic(`100 pipelines: ${Math.round(some)} ms, 1,000 pipelines: ${Math.round(many)} ms of one core`)
  assert.ok(many < 25 * some, `${some} ms for 100, ${many} ms for 1,000`)
})

test('a thousand pipelines that each invoke the next one load', async () => {
  const chain = Array.from(
    { length: 1_000 },
    (_, at) => `  p${at}: { steps: [${at < 999 ? `{ invoke: p${at + 1} }` : '{ delay: 1s }'}] }\n`,
  )
  assert.equal((await modelOf(`pipelines:\n${chain.join('')}`)).pipelines.size, 1_000)
})
