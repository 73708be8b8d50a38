import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { startSink } from '../durable/sink.ts'
import { eventually } from '../support/eventually.ts'
import { startProcess } from '../support/gateway.ts'

const yaml = `connectors:
  sink:
    http: \${SINK}
    retry: 1
pipelines:
  gather:
    channels:
      - http: { path: /entries, method: POST }
        security: none
        async: true
    steps:
      - aggregate:
          count: 20
          within: 1s
        steps:
          - call: sink.post
            with:
              path: /batches
              body:
                numbers: \${{ $.number }}
                attempt: \${{ $meta.attempt }}
`

test('over kills amid intake and amid runs no member of a batch is lost, and none is in two batches', async t => {
  await using sink = await startSink()
  const folder = await mkdtemp(join(tmpdir(), 'sluice-aggregate-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, 'a.yaml'), yaml)
  const start = () => startProcess({ config: folder, environment: { SINK: sink.url, SLUICE_DATA: join(folder, 'data') } })
  const accepted = new Set<number>()
  const tried = new Set<number>()
  let number = 0
  const send = async (url: string): Promise<void> => {
    const own = number++
    tried.add(own)
    const body = JSON.stringify({ number: own })
    const reply = await fetch(`${url}/entries`, { method: 'POST', body, headers: { 'content-type': 'application/json' } }).catch(
      () => undefined,
    )
    if (reply?.status === 202) accepted.add(own)
  }
  for (let round = 0; round < 2; round++) {
    const gateway = await start()
    await Promise.all(Array.from({ length: 30 }, () => send(gateway.url)))
    const more = Array.from({ length: 30 }, () => send(gateway.url))
    await Promise.race(more)
    gateway.signal('SIGKILL')
    await gateway.exited
    await Promise.all(more)
  }
  const last = await start()
  t.after(() => last.stop())
  const batches = (): ReadonlyMap<string, readonly number[]> =>
    // A batch that a kill ended runs again, with the same members.
    new Map(
      sink.told.map(({ body }) => {
        const { numbers = [] } = body as { readonly numbers?: number | readonly number[] }
        const list = [numbers].flat()
        return [JSON.stringify(list), list]
      }),
    )
  const seen = (): readonly number[] => [...batches().values()].flat()
  await eventually(() => {
    const came = new Set(seen())
    assert.deepEqual(
      [...accepted].filter(one => !came.has(one)),
      [],
    )
  }, 30_000)
  assert.equal(new Set(seen()).size, seen().length, 'a member is in two batches')
  assert.ok(accepted.size >= 60)
  for (const one of seen()) assert.ok(tried.has(one))
})
