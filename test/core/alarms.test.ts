import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { Alarms } from '../../engine/core/alarms.ts'
import { root } from '../support/gateway.ts'

test('each rings once, none before its time, those that are turned off never', async () => {
  const alarms = new Alarms()
  const started = performance.now()
  const rung: string[] = []
  await new Promise<void>(resolve => {
    const set = (name: string, ms: number, then = () => {}): (() => void) =>
      alarms.set(started + ms, () => {
        assert.ok(performance.now() - started >= ms, name)
        rung.push(name)
        then()
      })
    set('late', 80, resolve)
    const never = set('never', 30)
    set('soon', 10, () => {
      never()
      never()
    })
    set('later', 60)
    set('now', 0)
  })
  assert.deepEqual(rung, ['now', 'soon', 'later', 'late'])
})

test('one that is set while another rings has its own time', async () => {
  const alarms = new Alarms()
  const rung = await new Promise<number>(resolve =>
    alarms.set(performance.now() + 5, () => alarms.set(performance.now() + 5, () => resolve(2))),
  )
  assert.equal(rung, 2)
})

test('what is set keeps the process alive, what is turned off does not', () => {
  const source = (off: string): string => `import { Alarms } from '${join(root, 'engine/core/alarms.ts')}'
const off = new Alarms().set(performance.now() + ${off === '' ? 50 : 600_000}, () => process.stdout.write('rung'))
${off}`
  const run = (off: string): string =>
    spawnSync(process.execPath, ['--input-type=module', '-e', source(off)], { encoding: 'utf8', timeout: 60_000 }).stdout
  assert.equal(run(''), 'rung')
  assert.equal(run('off()'), '')
})
