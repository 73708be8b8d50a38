import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GatewayProcess } from '../support/gateway.ts'
import { crashing } from './crashing.ts'
import { judge, type Sent } from './journal.ts'
import { hash, startRecorder } from './recorder.ts'

/** The second message proves that the first one, which did not come before it, never will. */
const yaml = `connectors:
  sink:
    http: \${SINK}
    retry: 1
pipelines:
  orders:
    order: strict
    channels:
      - http: { path: /orders, method: POST }
        security: none
        async: true
    steps:
      - call: sink.post
        with:
          path: /orders
          headers:
            idempotency-key: \${{ $meta.id }}
            x-life: "\${LIFE}"
          body: \${{ $ }}
`

interface Point {
  readonly name: string
  /** As `crash.ts` reads it; undefined: the sink kills the gateway when it has written the message down, and does not answer. */
  readonly crash?: string
  /** In which lives the message is delivered. */
  readonly want: readonly number[]
  /** Whether the sender is told that it is taken; undefined: that is a race. */
  readonly acknowledged?: boolean
}

const kept = 'commit .*INSERT INTO entries [^\\n]* queue '
const settled = 'commit .* queue .*DELETE FROM entries WHERE sequence'
const points: readonly Point[] = [
  {
    name: 'after it is received, before it is stored: its sender is not told, and it is gone',
    crash: `before ${kept}`,
    want: [],
    acknowledged: false,
  },
  { name: 'after it is stored, before its sender is told', crash: `after ${kept}`, want: [1], acknowledged: false },
  { name: 'after its sender is told', crash: 'after answer 202', want: [1], acknowledged: true },
  { name: 'before the call', crash: 'before send POST /orders', want: [1] },
  { name: 'amid the call, when it had its effect', want: [0, 1] },
  { name: 'after the call, before it is off the queue', crash: `before ${settled}`, want: [0, 1] },
  { name: 'when it is off the queue', crash: `after ${settled}`, want: [0] },
]

for (const { name, crash, want, acknowledged } of points)
  test(`a queued message, where the gateway ends ${name}`, { timeout: 120_000 }, async context => {
    const taken = Promise.withResolvers<GatewayProcess>()
    await using sink = await startRecorder({
      idOf: body => JSON.parse(body).id,
      taken: async ({ life }) => {
        if (crash !== undefined || life > 0) return
        const gateway = await taken.promise
        gateway.signal('SIGKILL')
        await gateway.exited
      },
    })
    const world = await crashing(context, yaml, { SINK: sink.url })
    const first = await world.first(crash)
    taken.resolve(first)
    const before = await send(first, 'one')
    if (acknowledged !== undefined) assert.equal(before.acknowledged, acknowledged)
    const after = await send(await world.second(), 'two')
    await sink.has(['two'])
    const { deliveries } = sink
    assert.deepEqual(judge({ sent: [before, after], deliveries, kills: 1, inFlight: 1 }).faults, [])
    assert.deepEqual(
      deliveries.filter(({ id }) => id === 'one').map(({ life }) => life),
      want,
    )
  })

async function send(gateway: GatewayProcess, id: string): Promise<Sent> {
  const body = JSON.stringify({ id, text: 'a text' })
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${gateway.url}/orders`, { method: 'POST', headers, body }).catch(() => undefined)
  return { id, hash: hash(body), acknowledged: answer?.status === 202, lane: 'all' }
}
