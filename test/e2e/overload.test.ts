import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { dial, type Wire } from '../net/raw.ts'
import { eventually } from '../support/eventually.ts'
import { type House, openHouse } from '../support/house.ts'
import { type HttpServer, startHttp } from '../support/http-server.ts'
import { sourceFiles, sourceOf } from '../support/source.ts'

const kB = 1024

/** Every pipeline asks a partner, who answers when the test lets him. */
const yaml = (partner: string): string => `
connectors:
  partner:
    http: ${partner}
pipelines:
  slow:
    channels:
      - http:
          path: /slow
          method: POST
        security: none
        format: bytes
      - source
    steps: &steps
      - call: partner.post
        with:
          path: /
          body: 1
  narrow:
    channels:
      - source: narrow
        concurrency: 2
    steps: *steps
  brief:
    timeout: 1s
    channels:
      - source: brief
        concurrency: 1
    steps:
      - delay: 250ms
  other:
    channels:
      - http:
          path: /other
          method: POST
        security: none
        format: bytes
    steps: *steps
`

interface World {
  readonly house: House
  readonly partner: HttpServer
  /** Sends a head, and no body yet. */
  head(path: string, fields: string): Promise<Wire>
  bytes(): number
}

async function world(limits: { readonly messages: number; readonly bytes: number }, work: (world: World) => Promise<void>): Promise<void> {
  await using partner = await startHttp((_request, response) => response.end('{}'))
  partner.freeze()
  await using house = await openHouse({ ...sourceFiles(), 'pipelines/a.yaml': yaml(partner.url) }, {}, { inFlight: limits })
  const port = Number(new URL(house.url()).port)
  await work({
    house,
    partner,
    bytes: () => house.gateway.runtime.status().bytesInFlight,
    async head(path, fields) {
      const wire = await dial(port)
      wire.send(`POST ${path} HTTP/1.1\r\nhost: x\r\n${fields}\r\n\r\n`)
      return wire
    },
  })
  assert.equal(house.gateway.runtime.status().bytesInFlight, 0, 'what was counted is given back')
}

describe('above what may be worked on at once', { timeout: 120_000 }, () => {
  test('a request is refused before its body is read, and taken again when there is room', () =>
    world({ messages: 1, bytes: kB * kB }, async ({ head, partner }) => {
      const first = await head('/slow', 'content-length: 2')
      first.send('{}')
      await partner.asked(1)
      const second = await head('/slow', 'content-length: 60000\r\nexpect: 100-continue')
      const { status, headers, body } = await second.answer()
      assert.deepEqual([status, headers.get('retry-after'), JSON.parse(body).code], [503, '1', 'OVERLOADED'])
      partner.thaw()
      assert.equal((await first.answer()).status, 200)
      const third = await head('/slow', 'content-length: 2')
      third.send('{}')
      assert.equal((await third.answer()).status, 200)
      for (const wire of [first, second, third]) wire.socket.destroy()
    }))

  test('bytes that are announced count before they come, and are refused before they are sent', () =>
    world({ messages: 100, bytes: 200 * kB }, async ({ head, partner, bytes }) => {
      const first = await head('/slow', `content-length: ${80 * kB}`)
      await eventually(() => assert.equal(bytes(), 80 * kB))
      const second = await head('/slow', `content-length: ${40 * kB}\r\nexpect: 100-continue`)
      assert.equal((await second.answer()).status, 503, 'one pipeline holds half of all at most')
      const other = await head('/other', `content-length: ${90 * kB}`)
      await eventually(() => assert.equal(bytes(), 170 * kB))
      partner.thaw()
      first.send('x'.repeat(80 * kB))
      assert.equal((await first.answer()).status, 200)
      await eventually(() => assert.equal(bytes(), 90 * kB))
      for (const wire of [first, second, other]) wire.socket.destroy()
      await eventually(() => assert.equal(bytes(), 0))
    }))

  test('bytes of unknown length count as they come', () =>
    world({ messages: 100, bytes: 100 * kB }, async ({ head, bytes }) => {
      const chunk = `${(20 * kB).toString(16)}\r\n${'x'.repeat(20 * kB)}\r\n`
      const wire = await head('/slow', 'transfer-encoding: chunked')
      wire.send(chunk)
      await eventually(() => assert.equal(bytes(), 20 * kB))
      wire.send(chunk)
      await eventually(() => assert.equal(bytes(), 40 * kB))
      wire.send(chunk)
      assert.equal((await wire.answer()).status, 503)
      await eventually(() => assert.equal(bytes(), 0))
      wire.socket.destroy()
    }))

  test('a body that is larger than all the room is taken alone', () =>
    world({ messages: 100, bytes: 10 * kB }, async ({ head, partner }) => {
      partner.thaw()
      const wire = await head('/slow', `content-length: ${50 * kB}`)
      wire.send('x'.repeat(50 * kB))
      assert.equal((await wire.answer()).status, 200)
      wire.socket.destroy()
    }))

  test('a consuming channel waits until there is room', () =>
    world({ messages: 100, bytes: 100 * kB }, async ({ partner, bytes, house }) => {
      const give = (): ReturnType<ReturnType<typeof sourceOf>['give']> =>
        sourceOf().give(undefined, { body: Buffer.alloc(30 * kB), contentType: 'application/octet-stream' })
      const first = give()
      await partner.asked(1)
      assert.equal(bytes(), 30 * kB)
      const second = give()
      await eventually(() => assert.equal(house.gateway.runtime.status().inFlight, 2))
      assert.deepEqual([bytes(), partner.requests.length], [30 * kB, 1], 'it waits')
      partner.thaw()
      for (const told of await Promise.all([first, second])) assert.ok('acknowledged' in told && told.acknowledged.status === 200)
    }))

  test('messages of a source wait for the concurrency of their channel, however many it hands in, and no run is spent', () =>
    world({ messages: 100, bytes: 100 * kB }, async ({ partner, house }) => {
      const told = Array.from({ length: 50 }, () => sourceOf('narrow').give({}))
      await partner.asked(2)
      await eventually(() => assert.equal(house.gateway.runtime.status().inFlight, 50))
      assert.equal(partner.requests.length, 2)
      partner.thaw()
      for (const one of await Promise.all(told)) assert.ok('acknowledged' in one && one.acknowledged.status === 200)
      assert.equal(partner.requests.length, 50)
      assert.ok(!JSON.stringify(house.log).includes('OVERLOADED'))
    }))

  test('the time that a message has begins when it is let in: one that waited longer is run all the same', () =>
    world({ messages: 100, bytes: 100 * kB }, async ({ house }) => {
      const told = Array.from({ length: 8 }, () => sourceOf('brief').give({}))
      for (const one of await Promise.all(told)) assert.ok('acknowledged' in one && one.acknowledged.status === 200, JSON.stringify(one))
      assert.ok(!/OVERLOADED|DEADLINE/.test(JSON.stringify(house.log)))
    }))
})
