/** W1: get-rate with a Redis cache, side by side with the work by hand, Fastify and Node-RED (BENCH_RIVALS=none leaves those two out). */
import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { root } from '../support/gateway.ts'
import { startRedis } from '../support/redis.ts'
import { byHand, contest, gateway, withFolder } from './support/contest.ts'
import type { Load } from './support/measure.ts'

/** get-rate without its expressions: the input check, one call, the output check. */
const plain = `connectors:
  rates:
    cache:
      store: \${CACHE_URL:-memory:}
      prefix: "rates:"
pipelines:
  get-rate:
    input:
      type: object
      properties:
        year: { type: integer }
        month: { type: integer, minimum: 1, maximum: 12 }
        day: { type: integer, minimum: 1, maximum: 31 }
    output:
      type: string
    channels:
      - http: { path: /client1/get-rate, method: POST }
        format: json
        security: none
    steps:
      - call: rates.get
        with:
          key: "2013-09-03"
`
const load: Load = {
  path: '/client1/get-rate',
  body: '{"year":"2013","month":"09","day":"03"}',
  headers: { 'content-type': 'application/json' },
  answer: '{"rate":"1.22"}',
}
/** Node-RED's flow coerces nothing. */
const numbers: Load = { ...load, body: '{"year":2013,"month":9,"day":3}' }

const redis = await startRedis()
try {
  const client = new Redis(redis.url)
  await client.set('rates:2013-09-03', JSON.stringify('1.22'))
  await client.quit()
  await withFolder(async folder => {
    const environment = { CACHE_URL: redis.url, PEER_FOLDER: folder }
    const rates = {
      'rates.yaml': (await readFile(join(root, 'pipelines/rates.yaml'), 'utf8')).replace(/^ {4}channels:\n {6}- schedule:.*\n/m, ''),
    }
    const entrants = [
      byHand('rates', load, environment),
      await gateway('sluice, everything on', load, `${folder}/rates`, rates, environment),
      await gateway('sluice, no access line', load, `${folder}/silent`, rates, { ...environment, SLUICE_LOG: 'warn,json' }),
      await gateway('sluice, no expressions', { ...load, answer: '"1.22"' }, `${folder}/plain`, { 'plain.yaml': plain }, environment),
    ]
    if (process.env.BENCH_RIVALS !== 'none') {
      installRivals(folder)
      entrants.push({ name: 'fastify', load, args: [join(root, 'test/bench/peers/fastify.mjs')], environment })
      entrants.push({ name: 'node-red', load: numbers, args: [join(root, 'test/bench/peers/node-red.mjs')], environment })
    }
    await contest('W1 get-rate', entrants)
  })
} finally {
  await redis.stop()
}

function installRivals(into: string): void {
  const packages = ['fastify@5', 'node-red@5', 'express@4', 'ioredis@5']
  const done = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--silent', '--ignore-scripts', ...packages], {
    cwd: into,
    encoding: 'utf8',
  })
  if (done.status !== 0) throw new Error(`installing the rivals: ${done.stderr}`)
}
