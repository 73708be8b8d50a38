/** The work of a pipeline by hand on node:http (and ioredis): its duties and no more. WORK says which. */
import { createServer } from 'node:http'
import { Redis } from 'ioredis'
import { map, type Order } from './order.ts'

type Work = (text: string) => string | undefined | Promise<string | undefined>

const works: Readonly<Record<string, () => Work>> = {
  constant: () => () => '"hello"',
  rates: () => {
    const redis = new Redis(process.env.CACHE_URL ?? '', { enableAutoPipelining: true })
    return async text => {
      const { year, month, day } = JSON.parse(text) as Record<string, unknown>
      const date = `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`
      const rate = await redis.get(`rates:${date}`)
      return rate === null ? undefined : JSON.stringify({ rate: JSON.parse(rate) })
    }
  },
  order: () => text => JSON.stringify(map(JSON.parse(text) as Order)),
}
const work = works[process.env.WORK ?? '']?.()
if (work === undefined) throw new Error('WORK names no work')

createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', chunk => chunks.push(chunk))
  request.on('end', async () => {
    const answer = await work(Buffer.concat(chunks).toString())
    const text = answer ?? '{"code":"no-rate"}'
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
    response.end(text)
  })
}).listen(Number(process.env.PORT), '127.0.0.1', () => process.stdout.write('listening\n'))

const padded = (value: unknown, width: number): string => String(Number(value)).padStart(width, '0')
