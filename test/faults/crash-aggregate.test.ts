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
  entries:
    channels:
      - http: { path: /entries, method: POST }
        security: none
        async: true
    steps:
      - aggregate: { count: 2, within: 1h }
        steps:
          - call: sink.post
            with:
              path: /batches
              headers:
                idempotency-key: \${{ $meta.id }}
                x-life: "\${LIFE}"
              body: \${{ $ }}
`

interface Point {
  readonly name: string
  readonly crash: string
  /** Sent to the first gateway, the others to the second. */
  readonly first: readonly string[]
  /** In which lives the batch of the first member is delivered. */
  readonly want: readonly number[]
}

const joined = 'commit .*INSERT INTO entries [^\\n]* batch '
/** An entry that is found and deleted, and not put anew. */
const takenOut = (key: string): string => `commit .* ${key}\\nDELETE FROM entries WHERE sequence[^\\n]*(?:$|\\n(?!INSERT INTO entries))`
const forgotten = takenOut('batch [0-9a-f]{24}/1')
const released = takenOut('queue [0-9a-f]{24}')
const points: readonly Point[] = [
  { name: 'before a member is stored', crash: `before ${joined}`, first: ['one'], want: [1] },
  { name: 'after a member is stored, before it is off the queue', crash: `after ${joined}`, first: ['one'], want: [1] },
  { name: 'before the batch is handed on', crash: 'before send POST /batches', first: ['one', 'two'], want: [1] },
  { name: 'when the batch had its effect, before its members are gone', crash: `before ${forgotten}`, first: ['one', 'two'], want: [0, 1] },
  { name: 'when its members are gone, before the batch is off the queue', crash: `after ${forgotten}`, first: ['one', 'two'], want: [0] },
  { name: 'when the batch is off the queue', crash: `after ${released}`, first: ['one', 'two'], want: [0] },
]

for (const { name, crash, first, want } of points)
  test(`a batch, where the gateway ends ${name}: each member is in one, which is the same where it comes again`, {
    timeout: 180_000,
  }, async context => {
    await using sink = await startRecorder({
      idOf: body => JSON.parse(body).id,
      partsOf: body => (JSON.parse(body) as readonly unknown[]).map(part => JSON.stringify(part)),
    })
    const world = await crashing(context, yaml, { SINK: sink.url })
    const sent: Sent[] = []
    const dying = await world.first(crash)
    for (const id of first) sent.push(await send(dying, id))
    const living = await world.second()
    for (const id of ['one', 'two', 'three', 'four']) if (!first.includes(id)) sent.push(await send(living, id))
    await sink.has(['one', 'two', 'three', 'four'])
    assert.equal(await living.stop(), 0)
    const { deliveries } = sink
    assert.deepEqual(judge({ sent, deliveries, kills: 1, inFlight: 2 }).faults, [])
    assert.deepEqual(
      deliveries.filter(({ id }) => id === 'one').map(({ life }) => life),
      want,
    )
  })

async function send(gateway: GatewayProcess, id: string): Promise<Sent> {
  const body = JSON.stringify({ id })
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${gateway.url}/entries`, { method: 'POST', headers, body }).catch(() => undefined)
  return { id, hash: hash(body), acknowledged: answer?.status === 202 }
}
