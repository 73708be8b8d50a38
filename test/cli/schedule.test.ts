import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import type { ScheduleBody, TickBody } from '../../engine/admin/schedules.ts'
import { scratch, sluice, startProcess } from '../support/gateway.ts'
import { openHouse } from '../support/house.ts'
import { scrape } from '../support/scrape.ts'

const yaml = `pipelines:
  report:
    channels:
      - schedule: { cron: "0 6 * * *", zone: Europe/Paris, body: { kind: daily } }
    steps:
      - fail: { code: not-today, status: 422, message: no }
        when: \${{ kind = 'never' }}
  poll:
    channels:
      - schedule: { every: 1h }
        name: hourly
      - schedule: { every: 1d, body: { kind: never } }
        name: daily
    redelivery: 1
    steps:
      - fail: { code: not-today, status: 422, message: no }
        when: \${{ kind = 'never' }}
`

test('schedule list shows each schedule with its next time and its last run; run runs it once, and history says how that ended', async () => {
  await using house = await openHouse({ 'pipelines/a.yaml': yaml })
  const run = commands(`http://127.0.0.1:${house.gateway.admin?.address.port}`)
  assert.match(
    await run('list'),
    /^ *poll\/daily {2,}every 1d, next \S+T00:00:00.000Z, no run yet\n *poll\/hourly .*\n *report\/schedule {2,}0 6 \* \* \* in Europe\/Paris, next \S+T0[45]:00:00.000Z, no run yet\n$/,
  )
  assert.match(await run('run', 'report'), /^report runs as \S+Z; "sluice schedule history report" says how it ended\n$/)
  await run('run', 'poll/daily')
  assert.match(await until(run, 'report', /ran/), /^ *\S+Z {2,}ran by hand, \d+ ms, \S+\n$/)
  assert.match(await until(run, 'poll/daily', /failed/), /^ *\S+Z {2,}failed: not-today by hand, \d+ ms, \S+\n$/)
  assert.match(await run('list'), /report\/schedule .* last \S+Z ran\n$/)
  const schedules: readonly ScheduleBody[] = JSON.parse(await run('list', '--format', 'json'))
  assert.deepEqual(schedules[2]?.next.length, 3)
  const history: readonly TickBody[] = JSON.parse(await run('history', 'report', '--format', 'json'))
  assert.deepEqual(
    history.map(({ why, outcome, attempts }) => [why, outcome, attempts]),
    [['run', 'ran', 1]],
  )
  const numbers = scrape(await (await fetch(`http://127.0.0.1:${house.gateway.admin?.address.port}/metrics`)).text())
  const ticks = numbers.filter(({ name }) => name === 'sluice_schedule_ticks_total').map(({ labels, value }) => ({ ...labels, value }))
  assert.deepEqual(ticks, [
    { component: 'channel/report/schedule', outcome: 'ran', value: 1 },
    { component: 'channel/poll/daily', outcome: 'failed', value: 1 },
  ])
})

test('schedule says which names there are where one is wrong, missing or not enough', async () => {
  await using house = await openHouse({ 'pipelines/a.yaml': yaml })
  const at = `http://127.0.0.1:${house.gateway.admin?.address.port}`
  const wrong = [
    [['run', 'nothing'], 'there is no schedule "nothing"'],
    [['pause', 'poll'], '"poll" has several schedules: poll/hourly, poll/daily'],
    [['run'], 'the name of a schedule is missing; "sluice schedule list" shows them'],
    [['stop', 'poll'], 'there is no "schedule stop"; write list, history, run, pause or resume'],
  ] as const
  for (const [args, want] of wrong) {
    const { code, err } = await sluice(['schedule', ...args, '--at', at])
    assert.deepEqual([code, err], [1, `sluice: ${want}\n`])
  }
})

test('a pause survives a restart, and a run by hand is made in it', async () => {
  const { folder, remove } = await scratch()
  await mkdir(join(folder, 'pipelines'))
  await writeFile(join(folder, 'pipelines/a.yaml'), yaml)
  const environment = { SLUICE_DATA: join(folder, 'data') }
  const before = await startProcess({ config: join(folder, 'pipelines'), environment })
  assert.equal(await commands(before.admin)('pause', 'report'), 'report is paused\n')
  assert.equal(await before.stop(), 0)
  const after = await startProcess({ config: join(folder, 'pipelines'), environment })
  const run = commands(after.admin)
  assert.match(await run('list'), /report\/schedule .*, paused, no run yet\n$/)
  await run('run', 'report')
  await until(run, 'report', /ran by hand/)
  assert.equal(await run('resume', 'report'), 'report runs again\n')
  assert.match(await run('list'), /report\/schedule .*, next \S+Z, last \S+Z ran\n$/)
  assert.equal(await after.stop(), 0)
  await remove()
})

test('where nothing needs it, the store is not opened', async () => {
  const { folder, remove } = await scratch()
  await mkdir(join(folder, 'pipelines'))
  await writeFile(
    join(folder, 'pipelines/a.yaml'),
    'pipelines:\n  hello:\n    channels:\n      - http: /hello\n        security: none\n    steps:\n      - transform: hello\n',
  )
  const gateway = await startProcess({ config: join(folder, 'pipelines'), environment: { SLUICE_DATA: join(folder, 'data') } })
  assert.equal((await fetch(`${gateway.url}/hello`)).status, 200)
  assert.equal(await gateway.stop(), 0)
  assert.equal(existsSync(join(folder, 'data/sluice.db')), false)
  await remove()
})

type Run = (...args: readonly string[]) => Promise<string>

const commands =
  (at: string): Run =>
  async (...args) => {
    const { code, out, err } = await sluice(['schedule', ...args, '--at', at])
    assert.deepEqual([code, err.replace('sluice: no tick of it is over\n', '')], [0, ''])
    return out
  }

/** The history, when it says so. */
async function until(run: Run, name: string, pattern: RegExp): Promise<string> {
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; ) {
    const out = await run('history', name)
    if (pattern.test(out)) return out
  }
  throw new Error(`the history of ${name} never said ${pattern}`)
}
