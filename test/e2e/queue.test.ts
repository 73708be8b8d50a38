import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { startSink } from '../durable/sink.ts'
import { type GatewayProcess, sluice, startProcess } from '../support/gateway.ts'

const yaml = `connectors:
  sink:
    http: \${SINK}
    retry: 1
pipelines:
  orders:
    channels:
      - http: { path: /orders, method: POST }
        security: none
        async: true
    steps:
      - call: sink.post
        with:
          path: /orders
          headers:
            x-id: \${{ $meta.id }}
          body:
            number: \${{ number }}
            attempt: \${{ $meta.attempt }}
`

/** Gateways one after the other on one folder of data. */
async function folders(context: TestContext, sink: string): Promise<() => Promise<GatewayProcess>> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-queue-'))
  context.after(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, 'a.yaml'), yaml)
  return () => startProcess({ config: folder, environment: { SINK: sink, SLUICE_DATA: join(folder, 'data') } })
}

const send = (url: string, number: number): Promise<Response> =>
  fetch(`${url}/orders`, { method: 'POST', body: JSON.stringify({ number }), headers: { 'content-type': 'application/json' } })

async function stateOf(url: string): Promise<string> {
  return ((await (await fetch(url)).json()) as { readonly state: string }).state
}

test('messages that were accepted run after a kill -9, those that ran then with one attempt more, and their states are told', async t => {
  await using sink = await startSink()
  sink.server.freeze()
  const start = await folders(t, sink.url)
  const first = await start()
  const replies = await Promise.all([1, 2, 3].map(number => send(first.url, number)))
  assert.deepEqual(
    replies.map(({ status }) => status),
    [202, 202, 202],
  )
  const locations = replies.map(reply => reply.headers.get('location') ?? '')
  await sink.server.asked(3)
  assert.equal(await stateOf(first.url + locations[0]), 'running')
  first.signal('SIGKILL')
  await first.exited

  const second = await start()
  await sink.server.asked(6)
  sink.server.thaw()
  t.after(() => second.stop())
  await sink.heard(3)
  const again = sink.told.map(({ body }) => body as { number: number; attempt: number }).filter(({ attempt }) => attempt === 2)
  assert.deepEqual(again.map(({ number }) => number).sort(), [1, 2, 3])
  const until = performance.now() + 30_000
  for (const location of locations)
    while ((await stateOf(second.url + location)) !== 'done') assert.ok(performance.now() < until, `${location} is not done`)
})

test('a pause survives a restart; the commands of queues show, pause, resume and purge', async t => {
  await using sink = await startSink()
  const start = await folders(t, sink.url)
  const first = await start()
  const run = async (at: GatewayProcess, ...args: readonly string[]): Promise<string> => {
    const { out, err } = await sluice(['queue', ...args, '--at', at.admin])
    return out + err
  }
  assert.match(await run(first, 'pause', 'orders'), /^ *orders {2,}is paused/)
  const receipt = (await (await send(first.url, 1)).json()) as { readonly id: string }
  await send(first.url, 2)
  assert.equal(await first.stop(), 0)

  const second = await start()
  t.after(() => second.stop())
  assert.match(await run(second, 'list'), /^ *orders {2,}2 messages, \d+ bytes, oldest \S+Z, paused since \S+Z\n$/)
  assert.match(await run(second, 'list', 'orders'), new RegExp(`^ *${receipt.id} {2,}paused, 12 bytes, came \\S+Z\\n`))
  assert.match(await run(second, 'show', receipt.id), /correlation +\S+\n[\s\S]*\n\n\{"number":1\}\n$/)
  assert.match(await run(second, 'show', 'nobody'), /there is no message "nobody" on a queue/)
  const status = await sluice(['status', '--at', second.admin])
  assert.match(status.out, /\nqueues\n +orders {2,}2 messages/)
  const numbers = await (await fetch(`${second.admin}/metrics`)).text()
  assert.match(numbers, /^sluice_queue_messages\{pipeline="orders"\} 2$/m)
  assert.match(numbers, /^sluice_queue_oldest_timestamp_seconds\{pipeline="orders"\} \d+/m)
  assert.equal(sink.told.length, 0)

  assert.match(await run(second, 'purge', 'orders'), /nothing was taken away/)
  assert.match(await run(second, 'purge', 'orders', '--yes'), /^ *orders {2,}2 messages were taken away\n$/)
  await send(second.url, 3)
  assert.match(await run(second, 'resume', 'orders'), /^ *orders {2,}runs again\n$/)
  await sink.heard(1)
  assert.deepEqual(sink.told[0]?.body, { number: 3, attempt: 1 })
  assert.match(await run(second, 'frob'), /there is no "queue frob"/)
})

test('what runs when the gateway is told to stop is finished, and what waits is there at the next start', async t => {
  await using sink = await startSink()
  sink.server.freeze()
  const start = await folders(t, sink.url)
  const first = await start()
  await send(first.url, 1)
  await sink.server.asked(1)
  const stopped = first.stop()
  sink.server.thaw()
  assert.equal(await stopped, 0)
  await sink.heard(1)
  const second = await start()
  t.after(() => second.stop())
  await send(second.url, 2)
  await sink.heard(2)
  assert.deepEqual(
    sink.told.map(({ body }) => body),
    [
      { number: 1, attempt: 1 },
      { number: 2, attempt: 1 },
    ],
  )
})
