import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { sluice } from '../support/gateway.ts'
import { freePort } from '../support/ports.ts'
import { crashing } from './crashing.ts'
import { judge, type Sent } from './journal.ts'
import { hash, startRecorder } from './recorder.ts'

const yaml = (version: string): string => `connectors:
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
          path: /${version}
          headers:
            idempotency-key: \${{ $meta.id }}
            x-life: "\${LIFE}"
          body: \${{ $ }}
`

/** A port that only the new configuration has: it is bound right before the new one takes over. */
const desk = await freePort()
const listener = `listeners:
  desk:
    port: ${desk}
`

for (const { name, crash, more = '' } of [
  { name: 'before it takes over', crash: `before listen .*\\b${desk}\\b`, more: listener },
  { name: 'before it is kept', crash: 'before rename .*/revisions/000002.json' },
  { name: 'when it is kept', crash: 'after rename .*/revisions/000002.json' },
])
  test(`a change of the configuration, where the gateway ends ${name}: the new one runs, and what was in flight`, {
    timeout: 120_000,
  }, async context => {
    const never = Promise.withResolvers<void>()
    await using sink = await startRecorder({
      idOf: body => JSON.parse(body).id,
      taken: ({ life }) => (life === 0 ? never.promise : undefined),
    })
    const world = await crashing(context, yaml('old'), { SINK: sink.url })
    const first = await world.first(crash)
    const body = JSON.stringify({ id: 'one' })
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${first.url}/orders`, { method: 'POST', headers, body })
    const sent: readonly Sent[] = [{ id: 'one', hash: hash(body), acknowledged: answer.status === 202 }]
    await sink.asked(1)
    await world.write('pipelines/a.yaml', yaml('new') + more)
    const second = await world.second()
    await sink.asked(2)
    assert.equal(await second.stop(), 0)
    assert.deepEqual(judge({ sent, deliveries: sink.deliveries, kills: 1, inFlight: 1 }).faults, [])
    assert.deepEqual(sink.paths, ['/old', '/new'])
    const data = join(world.folder, 'data')
    assert.deepEqual(await readdir(join(data, 'revisions')), ['000001.json', '000002.json'], 'no draft is left')
    const { code, out } = await sluice(['revisions'], {
      environment: { SLUICE_DATA: data, SLUICE_CONFIG: join(world.folder, 'pipelines') },
    })
    assert.equal(code, 0)
    assert.deepEqual(
      [...out.matchAll(/^ *(\d+) /gm)].map(([, number]) => number),
      ['2', '1'],
    )
  })
