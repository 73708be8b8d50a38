import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { startSink } from '../durable/sink.ts'
import { startProcess } from '../support/gateway.ts'

const yaml = `connectors:
  sink:
    http: \${SINK}
    retry: 1
pipelines:
  orders:
    idempotency: {}
    channels:
      - http: { path: /orders, method: POST }
        security: none
    steps:
      - call: sink.post
        with:
          path: /orders
          body: \${{ $ }}
`

test('a process that is killed amid a message leaves no key that is taken: after its restart the repetition runs, and is remembered over the next', async t => {
  await using sink = await startSink()
  const folder = await mkdtemp(join(tmpdir(), 'sluice-idempotency-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, 'a.yaml'), yaml)
  const start = () => startProcess({ config: folder, environment: { SINK: sink.url, SLUICE_DATA: join(folder, 'data') } })
  const send = (url: string): Promise<Response> =>
    fetch(`${url}/orders`, {
      method: 'POST',
      body: '{"number":1}',
      headers: { 'content-type': 'application/json', 'idempotency-key': 'k' },
    })

  sink.server.freeze()
  const first = await start()
  const lost = send(first.url).catch(() => 'lost')
  await sink.server.asked(1)
  assert.equal((await send(first.url)).status, 409)
  first.signal('SIGKILL')
  await first.exited
  assert.equal(await lost, 'lost')

  sink.server.thaw()
  const second = await start()
  const again = await send(second.url)
  assert.equal(again.status, 200)
  assert.equal(again.headers.get('idempotency-replayed'), null)
  second.signal('SIGKILL')
  await second.exited

  const third = await start()
  t.after(() => third.stop())
  const asked = sink.told.length
  const replayed = await send(third.url)
  assert.equal(replayed.status, 200)
  assert.equal(replayed.headers.get('idempotency-replayed'), 'true')
  assert.equal(sink.told.length, asked)
})
