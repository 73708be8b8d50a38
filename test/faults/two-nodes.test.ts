import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { eventually } from '../support/eventually.ts'
import { type GatewayProcess, scratch, startProcess } from '../support/gateway.ts'
import { type House, openHouse } from '../support/house.ts'
import { type PostgresServer, startPostgres, withoutPostgres } from '../support/postgres.ts'
import { type Delivery, judge, type Sent } from './journal.ts'
import { hash, type Recorder, startRecorder } from './recorder.ts'

const tell = (path: string, depth: number): string =>
  `- call: sink.post
  with:
    path: ${path}
    headers:
      idempotency-key: \${{ $meta.id }}
      x-life: "\${LIFE}"
    body: \${{ $ }}
`.replaceAll(/^(?=.)/gm, ' '.repeat(depth))

const served = (path: string, async: boolean): string => `
    channels:
      - http: { path: ${path}, method: POST }
        security: none
        async: ${async}`

const yaml = `connectors:
  sink:
    http: \${SINK}
    retry: 1
pipelines:
  orders:
    order: \${{ lane }}
    redelivery: { attempts: 5, delay: 100ms }${served('/orders', true)}
    steps:
${tell('/orders', 6)}
  gather:${served('/entries', true)}
    steps:
      - aggregate:
          key: \${{ account }}
          count: 5
          within: 1h
        steps:
${tell('/batches', 10)}
  pay:
    idempotency: {}${served('/pay', false)}
    steps:
${tell('/pay', 6)}
      - transform:
          by: "\${LIFE}"
          at: \${{ $string($millis()) }}
  first:${served('/first', false)}
    steps:
      - once:
          key: \${{ id }}
          within: 1h
        name: one
        steps:
${tell('/first', 10)}
          - transform:
              by: "\${LIFE}"
              at: \${{ $string($millis()) }}
        as: done
      - transform: \${{ $done }}
`

/** Bodies are lists where several came as one. */
const partsOf = (body: string): readonly string[] => {
  const value: unknown = JSON.parse(body)
  return Array.isArray(value) ? value.map(part => JSON.stringify(part)) : [body]
}
const idOf = (body: string): string => JSON.parse(body).id

const post = async (url: string, path: string, value: { readonly id: string }, key = ''): Promise<Response | undefined> => {
  // A caller that asks again says so by its correlation id.
  const id = { 'x-correlation-id': `caller-${value.id.replaceAll('/', '-')}` }
  const headers = { 'content-type': 'application/json', ...id, ...(key === '' ? {} : { 'idempotency-key': key }) }
  return await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(value) }).catch(() => undefined)
}

async function take(url: string, path: string, value: { readonly id: string; readonly lane?: string }): Promise<Sent> {
  const answer = await post(url, path, value)
  return { id: value.id, hash: hash(JSON.stringify(value)), acknowledged: answer?.status === 202, lane: value.lane }
}

/** In any order: with several nodes which one delivers again says nothing about the order of lives. */
const onceEach = (deliveries: readonly Delivery[]): void =>
  assert.deepEqual(
    [...Map.groupBy(deliveries, ({ id }) => id)].filter(([, all]) => all.length > 1).map(([id]) => id),
    [],
  )

describe('two gateways that share a store', { skip: withoutPostgres() ?? false, timeout: 300_000 }, () => {
  let server: PostgresServer
  before(async () => {
    server = await startPostgres()
  })
  after(() => server?.stop())

  const withNodes = async (schema: string, work: (sink: Recorder, urls: readonly string[], houses: readonly House[]) => Promise<void>) => {
    await using sink = await startRecorder({ idOf, partsOf })
    const open = (life: number): Promise<House> =>
      openHouse({ 'pipelines/a.yaml': yaml }, { SINK: sink.url, LIFE: String(life) }, { store: `${server.url}?schema=${schema}` })
    await using one = await open(0)
    await using other = await open(1)
    const houses = [one, other]
    await work(
      sink,
      houses.map(house => house.url()),
      houses,
    )
  }

  test('a queue is drained by both: every message runs once, those of a lane in their order', () =>
    withNodes('queue', async (sink, urls) => {
      const lanes = Array.from({ length: 12 }, (_, at) => `lane${at}`)
      const sent: Sent[] = []
      await Promise.all(
        lanes.map(async lane => {
          for (let number = 0; number < 20; number++) {
            const value = { id: `${lane}/${String(number).padStart(2, '0')}`, lane }
            sent.push(await take(urls[number % 2] ?? '', '/orders', value))
          }
        }),
      )
      assert.ok(sent.every(({ acknowledged }) => acknowledged))
      await sink.has(sent.map(({ id }) => id))
      const inLanes = sent.toSorted((a, b) => (a.id < b.id ? -1 : 1))
      assert.deepEqual(judge({ sent: inLanes, deliveries: sink.deliveries, kills: 0, inFlight: 0 }).faults, [])
      onceEach(sink.deliveries)
      assert.deepEqual([...new Set(sink.deliveries.map(({ life }) => life))].sort(), [0, 1], 'both had a part in it')
    }))

  test('members that come to both are in one batch each, and each batch runs once', () =>
    withNodes('batches', async (sink, urls) => {
      const values = Array.from({ length: 60 }, (_, at) => ({ id: `member${at}`, account: `account${at % 3}` }))
      const sent = await Promise.all(values.map((value, at) => take(urls[at % 2] ?? '', '/entries', value)))
      await sink.has(sent.map(({ id }) => id))
      assert.deepEqual(judge({ sent, deliveries: sink.deliveries, kills: 0, inFlight: 0 }).faults, [])
      onceEach(sink.deliveries)
      assert.equal(sink.paths.length, 12)
    }))

  test('the same idempotency key on both at once has one effect, and one reply', () =>
    withNodes('keys', async (sink, urls) => {
      const ids = Array.from({ length: 40 }, (_, at) => `pay${at}`)
      const replies = await Promise.all(
        ids.flatMap(id => [...urls, ...urls].map(async url => ({ id, reply: await post(url, '/pay', { id }, id) }))),
      )
      onceEach(sink.deliveries)
      assert.equal(sink.deliveries.length, ids.length)
      for (const id of ids) {
        const own = replies.filter(one => one.id === id).map(({ reply }) => reply)
        for (const reply of own) assert.ok(reply?.status === 200 || reply?.status === 409, `${reply?.status}`)
        const again = await Promise.all(urls.map(url => post(url, '/pay', { id }, id)))
        const texts = await Promise.all([...own.filter(reply => reply?.status === 200), ...again].map(reply => reply?.text()))
        assert.equal(new Set(texts).size, 1)
      }
    }))

  test('what is done once is done by one of both, and both have its result', () =>
    withNodes('once', async (sink, urls) => {
      const ids = Array.from({ length: 20 }, (_, at) => `first${at}`)
      const texts = await Promise.all(
        ids.map(async id => await Promise.all(urls.map(async url => await (await post(url, '/first', { id }))?.text()))),
      )
      onceEach(sink.deliveries)
      assert.equal(sink.deliveries.length, ids.length)
      for (const pair of texts) assert.ok(pair[0] !== undefined && pair[0] === pair[1], `${pair}`)
    }))

  test('one is killed, and the other takes its work over: messages in their order, batches as they were, keys and what is done once', async context => {
    const never = Promise.withResolvers<void>()
    context.after(() => never.resolve())
    let isHung = false
    await using sink = await startRecorder({ idOf, partsOf, taken: ({ life }) => (isHung && life === 0 ? never.promise : undefined) })
    const { folder, remove } = await scratch()
    context.after(remove)
    await mkdir(join(folder, 'pipelines'))
    await writeFile(join(folder, 'pipelines/a.yaml'), yaml)
    const start = async (life: number): Promise<GatewayProcess> => {
      const environment = { SLUICE_STORE: `${server.url}?schema=killed`, SINK: sink.url, LIFE: String(life) }
      const gateway = await startProcess({ config: join(folder, 'pipelines'), environment })
      context.after(() => gateway.signal('SIGKILL'))
      return gateway
    }
    const [dying, living] = await Promise.all([start(0), start(1)])
    isHung = true
    const sent: Sent[] = []
    // Until the one that is killed has begun a lane: the other one looks at the queue too.
    let lane = ''
    for (let count = 0; !sink.deliveries.some(({ life }) => life === 0); count++) {
      lane = `lane${count}`
      for (const number of [0, 1, 2]) sent.push(await take(dying.url, '/orders', { id: `${lane}/${number}`, lane }))
      await sink.has([`${lane}/0`])
    }
    for (let at = 0; at < 5; at++) sent.push(await take(dying.url, '/entries', { id: `member${at}` }))
    const hung = [post(dying.url, '/pay', { id: 'pay' }, 'pay'), post(dying.url, '/first', { id: 'first' })]
    await eventually(() => assert.ok(['/batches', '/pay', '/first'].every(path => sink.paths.includes(path))), 60_000)
    sent.push(await take(living.url, '/orders', { id: 'other/0', lane: 'other' }))
    await sink.has(['other/0'])
    assert.equal((await post(living.url, '/pay', { id: 'pay' }, 'pay'))?.status, 409)
    const workedOn = new Set(sink.deliveries.filter(({ life }) => life === 0).map(({ id }) => id))

    dying.signal('SIGKILL')
    await dying.exited
    assert.deepEqual(await Promise.all(hung), [undefined, undefined])
    const tookOver = performance.now()
    const byTheLiving = (id: string): boolean => sink.deliveries.some(one => one.id === id && one.life === 1)
    await eventually(
      () =>
        assert.deepEqual(
          sent.map(({ id }) => id).filter(id => !byTheLiving(id)),
          [],
        ),
      90_000,
    )
    for (const [path, key] of [
      ['/pay', 'pay'],
      ['/first', ''],
    ] as const)
      await eventually(async () => assert.equal((await post(living.url, path, { id: path.slice(1) }, key))?.status, 200), 90_000)
    context.diagnostic(`taken over within ${Math.round(performance.now() - tookOver)} ms`)
    assert.equal(await living.stop(), 0)

    const all = [...sent, ...['pay', 'first'].map(id => ({ id, hash: hash(JSON.stringify({ id })), acknowledged: true }))]
    assert.deepEqual(judge({ sent: all, deliveries: sink.deliveries, kills: 1, inFlight: workedOn.size }).faults, [])
    const again = Map.groupBy(sink.deliveries, ({ id }) => id)
    for (const [id, deliveries] of again) assert.equal(deliveries.length, workedOn.has(id) ? 2 : 1, `${id} came ${deliveries.length} times`)
    assert.deepEqual(
      [...workedOn].filter(id => id.startsWith('lane')),
      [`${lane}/0`],
    )
  })
})
