import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judge, type Sent } from './journal.ts'
import { kills, mortal, seed } from './mortal.ts'
import { post } from './post.ts'
import { hash, startRecorder } from './recorder.ts'
import { seeded } from './seeded.ts'

const concurrency = 8
const yaml = `connectors:
  sink:
    http: \${SINK}
    retry: 1
pipelines:
  orders:
    order: \${{ lane }}
    concurrency: ${concurrency}
    redelivery: { attempts: 1000, delay: 100ms }
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

test(`orders that were accepted arrive over ${kills} kills of the gateway: whole, in order, once behind a sink that tells repetitions`, {
  timeout: 60_000 + kills * 10_000,
}, async context => {
  context.diagnostic(`SEED=${seed}`)
  const random = seeded(seed + 1)
  await using sink = await startRecorder({ idOf: body => JSON.parse(body).id })
  const gateways = await mortal(context, { yaml: () => yaml, environment: { SINK: sink.url } })
  const sent: Sent[] = []
  const send = async (name: string, lane?: string): Promise<void> => {
    for (let count = 0; ; count++) {
      const gateway = await gateways.up()
      if (gateway === undefined) return
      const id = `${name}/${count}`
      const body = JSON.stringify({ id, lane, text: 'ü€"\\'.repeat(random() < 0.05 ? 5_000 : random() * 100) })
      sent.push({ id, hash: hash(body), acknowledged: await post(gateway, body), lane })
    }
  }
  const lanes = Array.from({ length: 32 }, (_, index) => `lane${index}`)
  const senders = [...lanes.map(lane => send(lane, lane)), ...Array.from({ length: 16 }, (_, index) => send(`free${index}`))]
  const last = await gateways.killAll()
  await Promise.all(senders)
  await sink.has(sent.filter(({ acknowledged }) => acknowledged).map(({ id }) => id))
  assert.equal(await last.stop(), 0)
  const { faults, ...figures } = judge({ sent, deliveries: sink.deliveries, kills, inFlight: concurrency })
  context.diagnostic(JSON.stringify({ kills, ...figures }))
  assert.deepEqual(faults, [])
  assert.ok(figures.acknowledged > kills * 5, 'there was a load')
})
