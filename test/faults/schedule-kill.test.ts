import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TickBody } from '../../engine/admin/schedules.ts'
import { scratch, startProcess } from '../support/gateway.ts'

const yaml = `pipelines:
  job:
    channels:
      - schedule: { every: 1s }
    steps:
      - log: began
      - delay: 1h
        when: \${{ $meta.attempt = 1 }}
      - log: again
`

test('a run that kill -9 ended is made again by the restart at once, as another attempt, and ticks that came meanwhile were missed', async () => {
  const { folder, remove } = await scratch()
  await mkdir(join(folder, 'pipelines'))
  await writeFile(join(folder, 'pipelines/a.yaml'), yaml)
  const options = { config: join(folder, 'pipelines'), environment: { SLUICE_DATA: join(folder, 'data') } }
  const before = await startProcess(options)
  await before.seen(/began/)
  await before.seen(/schedule tick skipped/)
  before.signal('SIGKILL')
  await before.exited
  const after = await startProcess(options)
  const ready = performance.now()
  await after.seen(/again/)
  assert.ok(performance.now() - ready < 20_000, 'it did not wait for the lease')
  await after.seen(/"event":"access"/)
  const { history } = (await (await fetch(`${after.admin}/schedules/job/history`)).json()) as { history: readonly TickBody[] }
  const [ran] = history.filter(({ outcome }) => outcome === 'ran')
  assert.equal(ran?.attempts, 2)
  assert.ok(history.some(({ outcome }) => outcome === 'skipped'))
  assert.equal(new Set(history.map(({ tick }) => tick)).size, history.length, 'each tick once')
  after.signal('SIGKILL')
  await after.exited
  await remove()
})
