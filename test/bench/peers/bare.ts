/** get-rate by hand: node:http and ioredis, the duties of the pipeline and no more. */
import { createServer } from 'node:http'
import { Redis } from 'ioredis'

const redis = new Redis(process.env.CACHE_URL ?? '', { enableAutoPipelining: true })
const reply = (status: number, value: unknown): [number, string] => [status, JSON.stringify(value)]

createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', chunk => chunks.push(chunk))
  request.on('end', async () => {
    const [status, text] = await answer(Buffer.concat(chunks).toString())
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
    response.end(text)
  })
}).listen(Number(process.env.PORT), '127.0.0.1', () => process.stdout.write('listening\n'))

async function answer(text: string): Promise<[number, string]> {
  const { year, month, day } = JSON.parse(text) as Record<string, unknown>
  const date = `${String(Number(year)).padStart(4, '0')}-${String(Number(month)).padStart(2, '0')}-${String(Number(day)).padStart(2, '0')}`
  const rate = await redis.get(`rates:${date}`)
  return rate === null ? reply(404, { code: 'no-rate' }) : reply(200, { rate: JSON.parse(rate) })
}
