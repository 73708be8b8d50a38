// get-rate in Fastify, with the schema of the input and of the reply.
import { createRequire } from 'node:module'

const require = createRequire(`${process.env.PEER_FOLDER}/`)
const fastify = require('fastify')({ logger: false })
const { Redis } = require('ioredis')
const redis = new Redis(process.env.CACHE_URL, { enableAutoPipelining: true })
const input = {
  type: 'object',
  properties: {
    year: { type: 'integer' },
    month: { type: 'integer', minimum: 1, maximum: 12 },
    day: { type: 'integer', minimum: 1, maximum: 31 },
  },
}
const output = { type: 'object', required: ['rate'], properties: { rate: { type: 'string' } } }
fastify.post('/client1/get-rate', { schema: { body: input, response: { 200: output } } }, async (request, reply) => {
  const { year, month, day } = request.body
  const date = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
  const rate = await redis.get(`rates:${date}`)
  if (rate === null) return reply.code(404).send({ code: 'no-rate' })
  return { rate: JSON.parse(rate) }
})
fastify.listen({ port: Number(process.env.PORT), host: '127.0.0.1' }).then(() => process.stdout.write('listening\n'))
