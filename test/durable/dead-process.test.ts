import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { scratch, sluice, startProcess } from '../support/gateway.ts'

const pipeline = (step: string): string => `pipelines:
  take:
    redelivery: { attempts: 2, delay: 10ms }
    channels:
      - http: { path: /take, method: POST }
        security: none
        async: true
    steps:
      - ${step}
`
const refusing = pipeline('fail: { code: no-good, status: 422 }')
const taking = pipeline('log: taken')

const post = async (url: string): Promise<number> => (await fetch(url, { method: 'POST', headers: { 'x-sluice': 'test' } })).status

test('a dead letter outlives a kill of the process, and its replay outlives another', async context => {
  const { folder, remove } = await scratch()
  context.after(remove)
  const file = join(folder, 'take.yaml')
  await writeFile(file, refusing)
  const options = { config: folder, environment: { SLUICE_DATA: join(folder, '.data') } }

  const first = await startProcess(options)
  const answer = await fetch(`${first.url}/take`, { method: 'POST', body: '{"n":1}', headers: { 'x-correlation-id': 'order-00001' } })
  assert.equal(answer.status, 202)
  await first.seen(/"event":"dead letter"/)
  first.signal('SIGKILL')
  await first.exited

  const second = await startProcess(options)
  context.after(() => second.stop())
  const at = ['--at', second.admin]
  assert.match((await sluice(['dead', 'list', ...at])).out, /^take no-good: 1 message, 7B, /)
  await writeFile(file, taking)
  await second.seen(/"event":"configuration","outcome":"applied","revision":2/)
  assert.equal(await post(`${second.admin}/queues/take/pause`), 200)
  assert.equal((await sluice(['dead', 'replay', '--all', ...at])).out, '1 message put on the queue\n')
  assert.match((await sluice(['dead', 'list', ...at])).err, /there is no dead letter/)
  second.signal('SIGKILL')
  await second.exited

  const third = await startProcess(options)
  context.after(() => third.stop())
  assert.equal(await post(`${third.admin}/queues/take/resume`), 200)
  const [line] = await third.seen(/.*"event":"taken".*/)
  assert.match(line, /"id":"order-00001"/)
})
