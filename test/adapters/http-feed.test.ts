import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Code } from '../../engine/core/errors.ts'
import type { Body } from '../../engine/core/message.ts'
import xml from '../../engine/formats/xml.ts'
import { type Feed, startFeed } from '../support/feed.ts'
import type { FeedFault } from '../support/feed-answers.ts'
import { testScope } from '../support/host.ts'
import { failure, httpConfig, withHttp } from '../support/http-connector.ts'

/** A day and its rate. */
type Row = readonly [unknown, unknown]

const format = xml.create({
  accepts: 'feed',
  root: 'response',
  attributes: [],
  namespaces: {},
  lists: ['entry'],
  lenient: false,
  coerce: true,
})

let feed: Feed
before(async () => {
  feed = await startFeed()
})
after(() => feed.stop())

/** Days and rates of one month, read as the engine reads a reply. */
async function month(fault?: FeedFault): Promise<readonly Row[]> {
  feed.answer(fault)
  let rows: readonly Row[] = []
  await withHttp(httpConfig(feed.url), async ({ calls }) => {
    const result = await calls.get({ path: '/xml', query: { field_tdr_date_value_month: '201309' } }, testScope())
    rows = rowsOf(format.decode(result?.body as Uint8Array, result?.contentType))
  })
  return rows
}

function rowsOf(value: Body): readonly Row[] {
  const { entry = [] } = value as { readonly entry?: readonly { readonly content: { readonly properties: Record<string, unknown> } }[] } // the shape of the feed
  return entry.map(({ content: { properties } }) => [properties['QUOTE_DATE'], properties['RATE']])
}

const first = '2013-09-03T00:00:00'
const others: readonly Row[] = [
  ['2013-09-04T00:00:00', '1.25'],
  ['2013-09-05T00:00:00', '1.30'],
]
const readable: readonly (readonly [FeedFault | undefined, readonly Row[]])[] = [
  [undefined, [[first, '1.22'], ...others]],
  ['gzip', [[first, '1.22'], ...others]],
  ['bom', [[first, '1.22'], ...others]],
  ['otherColumns', [[first, '1.22'], ...others]],
  ['oneEntry', [[first, '1.22']]],
  ['noEntry', []],
  ['negative', [[first, '-0.39']]],
  ['missingRate', [[first, undefined], ...others]],
  ['nullRate', [[first, ''], ...others]],
]
for (const [fault, rows] of readable)
  test(`a feed is read by names: ${fault ?? 'as it is'}`, async () => assert.deepEqual(await month(fault), rows))

const unreadable: readonly (readonly [FeedFault, Code])[] = [
  ['error', 'UPSTREAM_REFUSED'],
  ['unavailable', 'UPSTREAM_REFUSED'],
  ['huge', 'UPSTREAM_MALFORMED'],
  ['gzipBomb', 'UPSTREAM_MALFORMED'],
  ['notGzip', 'UPSTREAM_MALFORMED'],
  ['html', 'MALFORMED'],
  ['truncated', 'MALFORMED'],
  ['entityBomb', 'MALFORMED'],
  ['depthBomb', 'MALFORMED'],
  ['otherElement', 'MALFORMED'],
]
for (const [fault, code] of unreadable)
  test(`a feed that is ${fault} is an error, soon, and costs little memory`, async () => {
    const begun = performance.now()
    const heap = process.memoryUsage().heapUsed
    assert.equal((await failure(month(fault))).code, code)
    assert.ok(performance.now() - begun < 20_000, `${performance.now() - begun} ms`)
    assert.ok(process.memoryUsage().heapUsed - heap < 100e6)
  })

test('a feed that is down is unreachable, and read again when it is up', async () => {
  await feed.down()
  assert.equal((await failure(month())).code, 'UNREACHABLE')
  await feed.up()
  assert.equal((await month()).length, 3)
})

test('a feed that is slow ends with the time of the call', async () => {
  feed.hold()
  await withHttp(httpConfig(feed.url), async ({ calls }) => {
    assert.equal((await failure(calls.get({ path: '/xml' }, testScope(100)))).code, 'TIMEOUT')
  })
  feed.release()
})
