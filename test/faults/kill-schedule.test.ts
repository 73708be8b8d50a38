import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judge } from './journal.ts'
import { kills, mortal, seed } from './mortal.ts'
import { hash, startRecorder } from './recorder.ts'

const everyMs = 200
/** One run at a time: a tick that comes meanwhile waits. */
const inFlight = 1
const yaml = `connectors:
  sink:
    http: \${SINK}
    retry: 1
pipelines:
  job:
    redelivery: { attempts: 1000, delay: 100ms }
    channels:
      - schedule: { every: ${everyMs}ms, overlap: queue, catchup: all, within: 1h }
    steps:
      - call: sink.post
        with:
          path: /ticks
          headers:
            idempotency-key: \${{ $meta.tick }}
            x-life: "\${LIFE}"
          body:
            tick: \${{ $meta.tick }}
`

test(`every tick of a schedule runs over ${kills} kills of the gateway, once behind a sink that tells repetitions`, {
  timeout: 60_000 + kills * 10_000,
}, async context => {
  context.diagnostic(`SEED=${seed}`)
  await using sink = await startRecorder({ idOf: body => JSON.parse(body).tick })
  const gateways = await mortal(context, { yaml: () => yaml, environment: { SINK: sink.url } })
  const last = await gateways.killAll()
  const until = Date.now()
  const ticksSince = (first: string): readonly string[] => {
    const ticks: string[] = []
    for (let tick = Date.parse(first); tick <= until; tick += everyMs) ticks.push(new Date(tick).toISOString())
    return ticks
  }
  await sink.asked(1)
  const first = sink.deliveries[0]?.id ?? ''
  await sink.has(ticksSince(first))
  assert.equal(await last.stop(), 0)
  const deliveries = sink.deliveries.filter(({ id }) => Date.parse(id) <= until)
  const sent = ticksSince(first).map(tick => ({ id: tick, hash: hash(JSON.stringify({ tick })), acknowledged: true }))
  const { faults, ...figures } = judge({ sent, deliveries, kills, inFlight })
  context.diagnostic(JSON.stringify({ kills, ...figures }))
  assert.deepEqual(faults, [])
  assert.ok(figures.messages > kills * 2, 'there was a load')
})
