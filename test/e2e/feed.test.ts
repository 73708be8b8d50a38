import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type Feed, startFeed } from '../support/feed.ts'
import type { FeedFault } from '../support/feed-answers.ts'
import { type GatewayProcess, root, scratch, startProcess } from '../support/gateway.ts'
import { type RedisServer, startRedis } from '../support/redis.ts'

/** What the feed does wrong, the code of the run that fails, and words of its one line. */
const faults: readonly { readonly fault: FeedFault; readonly code: string; readonly says: RegExp }[] = [
  { fault: 'error', code: 'UPSTREAM_REFUSED', says: /500/ },
  { fault: 'unavailable', code: 'UPSTREAM_REFUSED', says: /503/ },
  { fault: 'html', code: 'UPSTREAM_MALFORMED', says: /DOCTYPE/ },
  { fault: 'truncated', code: 'UPSTREAM_MALFORMED', says: /XML/ },
  { fault: 'entityBomb', code: 'UPSTREAM_MALFORMED', says: /DOCTYPE/ },
  { fault: 'depthBomb', code: 'UPSTREAM_MALFORMED', says: /64|deep/ },
  { fault: 'huge', code: 'UPSTREAM_MALFORMED', says: /maxReply/ },
  { fault: 'gzipBomb', code: 'UPSTREAM_MALFORMED', says: /maxReply/ },
  { fault: 'notGzip', code: 'UPSTREAM_MALFORMED', says: /gzip|compress/ },
  { fault: 'otherElement', code: 'UPSTREAM_MALFORMED', says: /feed/ },
]

/** What is no fault: the rate of 2013-09-03 afterwards, `undefined` for none. */
const oddities: readonly { readonly fault: FeedFault; readonly rate: string | undefined }[] = [
  { fault: 'missingRate', rate: undefined },
  { fault: 'nullRate', rate: undefined },
  { fault: 'negative', rate: '-0.39' },
  { fault: 'otherColumns', rate: '1.22' },
  { fault: 'gzip', rate: '1.22' },
  { fault: 'bom', rate: '1.22' },
  { fault: 'noEntry', rate: undefined },
  { fault: 'oneEntry', rate: '1.22' },
]

for (const store of ['memory', 'redis'] as const)
  describe(`the feed and the cache in ${store}`, () => {
    let feed: Feed
    let gateway: GatewayProcess
    let redis: RedisServer | undefined
    let folder: Awaited<ReturnType<typeof scratch>>

    before(async () => {
      feed = await startFeed()
      redis = store === 'redis' ? await startRedis() : undefined
      folder = await scratch(join(root, 'pipelines'))
      const file = join(folder.folder, 'rates.yaml')
      await writeFile(file, (await readFile(file, 'utf8')).replace('timeout: 10s', 'timeout: 4s\n    breaker: false'))
      await writeFile(
        join(folder.folder, 'forget.yaml'),
        'pipelines:\n  forget:\n    steps:\n      - call: rates.delete\n        with:\n          key: "2013-09-03"\n',
      )
      gateway = await startProcess({
        config: folder.folder,
        environment: { TREASURY_URL: feed.url, ...(redis === undefined ? {} : { CACHE_URL: redis.url }) },
      })
    })
    after(async () => {
      await gateway.stop()
      await feed.stop()
      await redis?.[Symbol.asyncDispose]()
      await folder.remove()
    })

    const invoke = async (
      pipeline: string,
      body?: unknown,
    ): Promise<{ reply?: unknown; error?: { code: string; message: string; at: string } }> => {
      const reply = await fetch(`${gateway.admin}/pipelines/${pipeline}/invoke`, {
        method: 'POST',
        headers: { 'x-sluice': 'test' },
        body: JSON.stringify({ body }),
      })
      return (await reply.json()) as { error?: { code: string; message: string; at: string } }
    }
    const rate = async (): Promise<string | undefined> => {
      const reply = await fetch(`${gateway.url}/client1/get-rate`, { method: 'POST', body: '{"year":2013,"month":9,"day":3}' })
      return ((await reply.json()) as { rate?: string }).rate
    }
    const september = { year: 2013, month: 9 }
    /** The run fails with this code and line, and the cache keeps what it has. */
    const fails = async (code: string, says: RegExp): Promise<void> => {
      const from = gateway.lines.length
      const { error } = await invoke('update-cache', september)
      assert.equal(error?.code, code, error?.message)
      assert.match(error?.message ?? '', says)
      assert.match(error?.at ?? '', /rates\.yaml:\d+:\d+$/)
      await gateway.seen(/"event":"access".*"pipeline":"update-cache".*"error":/, from)
      const failures = gateway.lines.slice(from).filter(line => line.includes('"event":"message failed"'))
      assert.equal(failures.length, 1, failures.join('\n'))
      assert.match(failures[0] ?? '', new RegExp(`"pipeline":"update-cache".*"code":"${code}".*rates\\.yaml:\\d+`))
      assert.equal(await rate(), '1.22')
    }

    test('a month comes into the cache', async () => {
      assert.equal((await invoke('update-cache', september)).error, undefined)
      assert.equal(await rate(), '1.22')
    })

    for (const { fault, code, says } of faults)
      test(`${fault}: the run fails with one clear line, and the cache keeps what it has`, async () => {
        feed.answer(fault)
        await fails(code, says)
      })

    test('down: the run fails with one clear line, and the cache keeps what it has', async () => {
      await feed.down()
      await fails('UNREACHABLE', /127\.0\.0\.1/)
      await feed.up()
    })

    test('slow: the run fails with one clear line, and the cache keeps what it has', async () => {
      feed.answer()
      feed.hold()
      await fails('TIMEOUT', /treasury/)
      feed.release()
    })

    for (const { fault, rate: expected } of oddities)
      test(`${fault} is fine`, async () => {
        await invoke('forget')
        feed.answer(fault)
        const { error } = await invoke('update-cache', september)
        assert.equal(error, undefined, error?.message)
        assert.equal(await rate(), expected)
      })
  })
