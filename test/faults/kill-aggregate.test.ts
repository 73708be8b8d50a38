import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judge, type Sent } from './journal.ts'
import { kills, mortal, seed } from './mortal.ts'
import { post } from './post.ts'
import { hash, startRecorder } from './recorder.ts'
import { seeded } from './seeded.ts'

/** Batches at once, and messages of one. */
const [concurrency, count] = [4, 5]
const yaml = `connectors:
  sink:
    http: \${SINK}
    retry: 1
pipelines:
  orders:
    concurrency: ${concurrency}
    redelivery: { attempts: 1000, delay: 100ms }
    channels:
      - http: { path: /orders, method: POST }
        security: none
        async: true
    steps:
      - aggregate:
          key: \${{ lane }}
          count: ${count}
          within: 300ms
        steps:
          - call: sink.post
            with:
              path: /batches
              headers:
                idempotency-key: \${{ $meta.id }}
                x-life: "\${LIFE}"
              body: \${{ $ }}
`

test(`batches over ${kills} kills of the gateway: each message that was accepted is in one, whole, once behind a sink that tells repetitions`, {
  timeout: 60_000 + kills * 10_000,
}, async context => {
  context.diagnostic(`SEED=${seed}`)
  const random = seeded(seed + 1)
  await using sink = await startRecorder({
    idOf: body => JSON.parse(body).id,
    partsOf: body => (JSON.parse(body) as readonly unknown[]).map(one => JSON.stringify(one)),
  })
  const gateways = await mortal(context, { yaml: () => yaml, environment: { SINK: sink.url } })
  const sent: Sent[] = []
  const send = async (name: string, lane: string): Promise<void> => {
    for (let number = 0; ; number++) {
      const gateway = await gateways.up()
      if (gateway === undefined) return
      const id = `${name}/${number}`
      const body = JSON.stringify({ id, lane, text: 'ü€"\\'.repeat(random() < 0.05 ? 5_000 : random() * 100) })
      sent.push({ id, hash: hash(body), acknowledged: await post(gateway, body) })
    }
  }
  const senders = Array.from({ length: 32 }, (_, index) => send(`sender${index}`, `key${index % 8}`))
  const last = await gateways.killAll()
  await Promise.all(senders)
  await sink.has(sent.filter(({ acknowledged }) => acknowledged).map(({ id }) => id))
  assert.equal(await last.stop(), 0)
  const { faults, ...figures } = judge({ sent, deliveries: sink.deliveries, kills, inFlight: concurrency * count })
  context.diagnostic(JSON.stringify({ kills, ...figures }))
  assert.deepEqual(faults, [])
  assert.ok(figures.acknowledged > kills * 5, 'there was a load')
})
