/** http-202: orders that are taken onto the durable queue and placed from there, beside the same pipeline that is waited for. Each round ends when the shop has all. */
import { Pool } from 'undici'
import { startHttp } from '../support/http-server.ts'
import { freePort } from '../support/ports.ts'
import { gateway, withFolder } from './support/contest.ts'
import { cpu, median, type Served, startPinned } from './support/measure.ts'

const messages = Number(process.env.BENCH_MESSAGES ?? 5_000)
const rounds = Number(process.env.BENCH_ROUNDS ?? 7)
const atOnce = 64

const pipelines = (words: string): Readonly<Record<string, string>> => ({
  'orders.yaml': `connectors:
  shop:
    http: \${SHOP}
pipelines:
  orders:
    channels:
      - http: { path: /orders, method: POST }
        security: none
${words}    input:
      type: object
      required: [customer, lines]
    steps:
      - call: shop.post
        with:
          path: /orders
          body: \${{ $ }}
`,
})

const order = JSON.stringify({
  customer: 'ada',
  lines: Array.from({ length: 8 }, (_, at) => ({ sku: `sku-${at}`, quantity: at + 1, price: 9.5 })),
})

interface Sample {
  readonly cpuUs: number
  readonly perSecond: number
}

await withFolder(async folder => {
  const shop = await startShop()
  const peers = [
    { name: 'waited for', status: 200, words: '' },
    { name: 'async: true', status: 202, words: '        async: true\n' },
  ]
  const running: { readonly name: string; readonly status: number; readonly served: Served; readonly samples: Sample[] }[] = []
  try {
    for (const [at, { name, status, words }] of peers.entries()) {
      const served = await start(`${folder}/${at}`, words, shop.url)
      running.push({ name, status, served, samples: [] })
    }
    for (let round = -1; round < rounds; round++)
      for (const { served, status, samples } of running) {
        const sample = await run(served, status, shop)
        // The first is for warming up.
        if (round >= 0) samples.push(sample)
      }
  } finally {
    for (const { served } of running) await served.stop()
    await shop.close()
  }
  const [waited, queued] = running.map(({ name, samples }) => {
    const figures = { cpuUs: median(samples.map(one => one.cpuUs)), perSecond: median(samples.map(one => one.perSecond)) }
    process.stdout.write(`  ${name.padEnd(28)} ${figures.cpuUs.toFixed(1).padStart(7)} us  ${Math.round(figures.perSecond)}/s\n`)
    return figures
  })
  if (waited === undefined || queued === undefined) return
  const rate = (queued.perSecond / waited.perSecond).toFixed(2)
  process.stdout.write(
    `  async: true beside waited for: CPU ${(waited.cpuUs / queued.cpuUs).toFixed(2)}, rate ${rate} (0.50 is the least)\n`,
  )
})

async function startShop(): Promise<{ readonly url: string; served(count: number): Promise<void>; close(): Promise<void> }> {
  let count = 0
  let wanted = { count: Number.POSITIVE_INFINITY, resolve: (): void => undefined }
  const server = await startHttp((request, response) => {
    request.resume().once('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
      count++
      if (count >= wanted.count) wanted.resolve()
    })
  })
  return {
    url: server.url,
    served: more =>
      new Promise(resolve => {
        wanted = { count: count + more, resolve }
      }),
    close: async () => await server[Symbol.asyncDispose](),
  }
}

async function start(folder: string, words: string, shop: string): Promise<Served> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const environment = { SHOP: shop, SLUICE_LISTEN: `127.0.0.1:${port}` }
  const {
    args,
    environment: all = {},
    ready = /ready/,
  } = await gateway('', { path: '', answer: '' }, folder, pipelines(words), environment)
  return await startPinned(args, all, ready, url)
}

/** CPU of the gateway, its store's thread included, and messages a second until the shop has them all. */
async function run(served: Served, status: number, shop: Awaited<ReturnType<typeof startShop>>): Promise<Sample> {
  const pool = new Pool(served.url, { connections: atOnce })
  const before = cpu(served.pid)
  const started = performance.now()
  const done = shop.served(messages)
  let left = messages
  const lane = async (): Promise<void> => {
    while (left-- > 0) {
      const headers = { 'content-type': 'application/json' }
      const reply = await pool.request({ path: '/orders', method: 'POST', body: order, headers })
      await reply.body.dump()
      if (reply.statusCode !== status) throw new Error(`${reply.statusCode} and not ${status}\n${served.tail()}`)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  await done
  const elapsedMs = performance.now() - started
  const used = cpu(served.pid) - before
  await pool.close()
  return { cpuUs: used / messages, perSecond: (messages / elapsedMs) * 1000 }
}
