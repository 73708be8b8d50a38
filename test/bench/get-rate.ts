/** W1: get-rate with a Redis cache and everything on, side by side with bare node:http, Fastify and Node-RED; CPU a request, in one run. */
import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { root } from '../support/gateway.ts'
import { freePort } from '../support/ports.ts'
import { startRedis } from '../support/redis.ts'
import { type Load, measure, needWrk, type Peer, startPinned } from './support/measure.ts'

const rounds = Number(process.env.BENCH_ROUNDS ?? 7)
const seconds = Number(process.env.BENCH_SECONDS ?? 2)
const rival = process.env.BENCH_RIVALS !== 'none'

const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'))
const redis = await startRedis()
try {
  needWrk()
  const client = new Redis(redis.url)
  await client.set('rates:2013-09-03', JSON.stringify('1.22'))
  await client.quit()
  await writeConfigurations(folder)
  if (rival) installRivals(folder)

  const body = '{"year":"2013","month":"09","day":"03"}'
  const load: Load = { path: '/client1/get-rate', body, headers: { 'content-type': 'application/json' }, answer: '{"rate":"1.22"}' }
  const number: Load = { ...load, body: '{"year":2013,"month":9,"day":3}' }
  const constant: Load = { ...load, path: '/constant', answer: '"1.22"' }
  const at = async (
    name: string,
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
    ready = /listening/,
  ): Promise<Peer> => {
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    return {
      name,
      start: () =>
        startPinned(
          args,
          {
            PORT: String(port),
            CACHE_URL: redis.url,
            PEER_FOLDER: folder,
            SLUICE_LISTEN: `127.0.0.1:${port}`,
            TREASURY_URL: url,
            ...environment,
          },
          ready,
          url,
        ),
    }
  }
  const ours = async (name: string, config: string, log: string): Promise<Peer> =>
    at(
      name,
      [join(root, 'engine/sluice.js'), 'run'],
      { SLUICE_CONFIG: config, SLUICE_ADMIN: `127.0.0.1:${await freePort()}`, SLUICE_LOG: log },
      /sluice is ready/,
    )

  const bare = await at('bare node:http + ioredis', [join(root, 'test/bench/peers/bare.ts')])
  const peers: Peer[] = [
    bare,
    await ours('sluice, everything on', join(folder, 'rates'), 'info,json'),
    await ours('sluice, no access line', join(folder, 'rates'), 'warn,json'),
    await ours('sluice, no expressions', join(folder, 'plain'), 'info,json'),
  ]
  if (rival)
    peers.push(
      await at('fastify', [join(root, 'test/bench/peers/fastify.mjs')]),
      await at('node-red', [join(root, 'test/bench/peers/node-red.mjs')]),
    )
  const figures = await measure(
    peers,
    peer => (peer.name === 'sluice, no expressions' ? constant : peer.name.startsWith('node-red') ? number : load),
    { rounds, seconds, connections: 64 },
  )
  const base = figures[0]?.cpuUs ?? Number.NaN
  process.stdout.write('\nW1 get-rate, CPU a request (ratio: bare / peer, 1 is as cheap as by hand)\n')
  for (const { name, cpuUs, perSecond, rounds: counted } of figures)
    process.stdout.write(
      `  ${name.padEnd(28)} ${cpuUs.toFixed(1).padStart(7)} us  ${Math.round(perSecond).toString().padStart(7)}/s  ratio ${(base / cpuUs).toFixed(2)}  (${counted} rounds)\n`,
    )
} finally {
  await redis[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
}

async function writeConfigurations(into: string): Promise<void> {
  await mkdir(join(into, 'rates'), { recursive: true })
  await mkdir(join(into, 'plain'), { recursive: true })
  const { readFile } = await import('node:fs/promises')
  await writeFile(
    join(into, 'rates/rates.yaml'),
    (await readFile(join(root, 'pipelines/rates.yaml'), 'utf8')).replace(/^ {4}channels:\n {6}- schedule:.*\n/m, ''),
  )
  await writeFile(
    join(into, 'plain/plain.yaml'),
    `connectors:
  rates:
    cache:
      store: \${CACHE_URL:-memory:}
      prefix: "rates:"
pipelines:
  constant:
    input:
      type: object
      properties:
        year: { type: integer }
        month: { type: integer, minimum: 1, maximum: 12 }
        day: { type: integer, minimum: 1, maximum: 31 }
    output:
      type: string
    channels:
      - http: { path: /constant, method: POST }
        format: json
        security: none
    steps:
      - call: rates.get
        with:
          key: "2013-09-03"
`,
  )
}

function installRivals(into: string): void {
  const done = spawnSync(
    'npm',
    ['install', '--no-audit', '--no-fund', '--silent', '--ignore-scripts', 'fastify@5', 'node-red@5', 'express@4', 'ioredis@5'],
    { cwd: into, encoding: 'utf8' },
  )
  if (done.status !== 0) throw new Error(`installing the rivals: ${done.stderr}`)
}
