import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GatewayProcess } from '../support/gateway.ts'
import { crashing } from './crashing.ts'
import { judge, type Sent } from './journal.ts'
import { hash, startRecorder } from './recorder.ts'

const yaml = `connectors:
  sink:
    http: \${SINK}
    retry: 1
pipelines:
  asked:
    channels:
      - http: { path: /asked, method: POST }
        security: none
    steps:
      - invoke: tell
  take:
    channels:
      - http: { path: /take, method: POST }
        security: none
    steps:
      - invoke: tell
        async: true
  tell:
    order: strict
    steps:
      - call: sink.post
        with:
          path: /told
          headers:
            idempotency-key: \${{ $meta.id }}
            x-life: "\${LIFE}"
          body: \${{ $ }}
`

interface Point {
  readonly name: string
  readonly path: string
  readonly crash: string
  /** In which lives the message is delivered. */
  readonly want: readonly number[]
}

const kept = 'commit .*INSERT INTO entries [^\\n]* queue '
const points: readonly Point[] = [
  {
    name: 'a request, where the gateway ends before the call: its caller has no answer, and it is not run again',
    path: '/asked',
    crash: 'before send POST /told',
    want: [],
  },
  {
    name: 'a request, where the gateway ends after its effect, before it is answered: its caller has no answer',
    path: '/asked',
    crash: 'before answer 200',
    want: [0],
  },
  {
    name: '`invoke` with `async`, where the gateway ends before the message is kept: its caller has no answer',
    path: '/take',
    crash: `before ${kept}`,
    want: [],
  },
  {
    name: '`invoke` with `async`, where the gateway ends when the message is kept: it runs, though its caller has no answer',
    path: '/take',
    crash: `after ${kept}`,
    want: [1],
  },
]

for (const { name, path, crash, want } of points)
  test(name, { timeout: 120_000 }, async context => {
    await using sink = await startRecorder({ idOf: body => JSON.parse(body).id })
    const world = await crashing(context, yaml, { SINK: sink.url })
    const before = await send(await world.first(crash), path, 'one')
    assert.equal(before.acknowledged, false)
    const after = await send(await world.second(), '/take', 'two')
    await sink.has(['two'])
    const { deliveries } = sink
    assert.deepEqual(judge({ sent: [before, after], deliveries, kills: 1, inFlight: 1 }).faults, [])
    assert.deepEqual(
      deliveries.filter(({ id }) => id === 'one').map(({ life }) => life),
      want,
    )
  })

async function send(gateway: GatewayProcess, path: string, id: string): Promise<Sent> {
  const body = JSON.stringify({ id, text: 'a text' })
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(gateway.url + path, { method: 'POST', headers, body }).catch(() => undefined)
  return { id, hash: hash(body), acknowledged: answer?.ok === true, lane: 'all' }
}
