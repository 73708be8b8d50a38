import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import type { LetterDetail, PageBody } from '../../engine/admin/dead-letters.ts'
import { eventually } from '../support/eventually.ts'
import type { GatewayProcess } from '../support/gateway.ts'
import { crashing } from './crashing.ts'
import { contentsOf } from './folders.ts'
import { type Delivery, judge, type Sent } from './journal.ts'
import { hash, startRecorder } from './recorder.ts'

/** Each gives up what it gets: a queue into the store, a queue into steps, a folder into the store. */
const yaml = `connectors:
  desk:
    http: \${SINK}
    retry: 1
pipelines:
  stored:
    order: strict
    channels:
      - http: { path: /stored, method: POST }
        security: none
        async: true
    steps:
      - fail: { code: no-good, status: 422 }
  told:
    order: strict
    channels:
      - http: { path: /told, method: POST }
        security: none
        async: true
    deadLetter:
      - call: desk.post
        with:
          path: /tickets
          headers:
            idempotency-key: \${{ $meta.id }}
            x-life: "\${LIFE}"
          body: \${{ $ }}
    steps:
      - fail: { code: no-good, status: 422 }
  filed:
    channels:
      - file:
          folder: \${FOLDER}/in
          every: 100ms
          settle: 0s
        format: bytes
    steps:
      - fail: { code: no-good, status: 422 }
`

const kept = 'commit .*INSERT INTO entries [^\\n]* dead '
const settled = 'commit .* queue .*DELETE FROM entries WHERE sequence'

for (const { name, crash } of [
  { name: 'before its letter is kept', crash: `before ${kept}` },
  { name: 'when its letter is kept', crash: `after ${kept}` },
])
  test(`a queued message that is given up leaves one letter, where the gateway ends ${name}`, { timeout: 120_000 }, async context => {
    const world = await crashing(context, yaml, { SINK: 'http://127.0.0.1:9' })
    const before = await send(await world.first(crash), '/stored', 'one')
    const second = await world.second()
    const after = await send(second, '/stored', 'two')
    await eventually(async () => assert.ok((await lettersOf(second)).some(({ id }) => id === 'two')), 30_000)
    const sent = [{ ...before, acknowledged: true }, after]
    const letters = await lettersOf(second)
    assert.deepEqual(judge({ sent, deliveries: letters, kills: 1, inFlight: 1 }).faults, [])
    const { messages } = (await (await fetch(`${second.admin}/queues/stored`)).json()) as { readonly messages: readonly unknown[] }
    assert.deepEqual(messages, [], 'nothing is left on the queue')
  })

for (const { name, crash, want } of [
  { name: 'before it is told of', crash: 'before send POST /tickets', want: [1] },
  { name: 'amid telling, when that had its effect', want: [0, 1] },
  { name: 'when it is told, before it is off the queue', crash: `before ${settled}`, want: [0, 1] },
  { name: 'when it is off the queue', crash: `after ${settled}`, want: [0] },
])
  test(`a queued message that \`deadLetter\` tells of, where the gateway ends ${name}`, { timeout: 120_000 }, async context => {
    const running = Promise.withResolvers<GatewayProcess>()
    await using desk = await startRecorder({
      idOf: body => JSON.parse(body).id,
      taken: async ({ life }) => {
        if (crash !== undefined || life > 0) return
        const gateway = await running.promise
        gateway.signal('SIGKILL')
        await gateway.exited
      },
    })
    const world = await crashing(context, yaml, { SINK: desk.url })
    const first = await world.first(crash)
    running.resolve(first)
    const before = await send(first, '/told', 'one')
    const second = await world.second()
    const after = await send(second, '/told', 'two')
    await desk.has(['two'])
    const { deliveries } = desk
    const sent = [{ ...before, acknowledged: true }, after]
    assert.deepEqual(judge({ sent, deliveries, kills: 1, inFlight: 1 }).faults, [])
    assert.deepEqual(
      deliveries.filter(({ id }) => id === 'one').map(({ life }) => life),
      want,
    )
    assert.deepEqual(await lettersOf(second), [], 'the store keeps none beside')
  })

for (const { name, crash, want } of [
  { name: 'before its letter is kept', crash: `before ${kept}`, want: 1 },
  { name: 'when its letter is kept, before it is put away: there is a second letter', crash: 'before link .*/failed/one.bin', want: 2 },
])
  test(`a file that is given up goes to \`failed\`, where the gateway ends ${name}`, { timeout: 120_000 }, async context => {
    const world = await crashing(context, yaml, { SINK: 'http://127.0.0.1:9' })
    const body = JSON.stringify({ id: 'one' })
    await world.write('in/one.bin', body)
    await world.first(crash).catch(() => {})
    const second = await world.second()
    await eventually(
      async () => assert.deepEqual(await contentsOf(join(world.folder, 'in/failed')), new Map([['one.bin', hash(body)]])),
      30_000,
    )
    const letters = await lettersOf(second)
    assert.deepEqual(
      letters,
      Array.from({ length: want }, () => ({ id: 'one', hash: hash(body), life: 0 })),
    )
  })

async function send(gateway: GatewayProcess, path: string, id: string): Promise<Sent> {
  const body = JSON.stringify({ id, text: 'a text' })
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(gateway.url + path, { method: 'POST', headers, body }).catch(() => undefined)
  return { id, hash: hash(body), acknowledged: answer?.status === 202, lane: 'all' }
}

/** The oldest first. A letter does not say which gateway wrote it. */
async function lettersOf({ admin }: GatewayProcess): Promise<readonly Delivery[]> {
  const ask = async <T>(path: string): Promise<T> => (await (await fetch(`${admin}/dead/letters${path}`)).json()) as T
  const { letters } = await ask<PageBody>('')
  const details = await Promise.all(letters.map(({ id }) => ask<LetterDetail>(`/${id}`)))
  return details.toReversed().map(({ body, encoding }) => {
    const bytes = Buffer.from(body, encoding === 'text' ? 'utf8' : 'base64')
    return { id: JSON.parse(bytes.toString()).id, hash: hash(bytes), life: 0 }
  })
}
