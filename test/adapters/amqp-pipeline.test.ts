import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Channel } from 'amqplib'
import { withPartner } from '../support/amqp.ts'
import { eventually } from '../support/eventually.ts'
import { type House, openHouse } from '../support/house.ts'
import { startHttp } from '../support/http-server.ts'
import { startProxy } from '../support/proxy.ts'
import { startCounter } from '../support/rabbit-count.ts'
import { type RabbitServer, startRabbit } from '../support/rabbitmq.ts'
import { replyCases } from './amqp-replies.ts'

let server: RabbitServer
before(async () => {
  server = await startRabbit()
})
after(() => server[Symbol.asyncDispose]())

const bus = `connectors:
  bus:
    amqp:
      url: \${BUS}
      declare: true
      queues:
        in: {}
        out: {}
`

async function open(pipelines: string): Promise<House> {
  const house = await openHouse({ 'pipelines/a.yaml': `${bus}${pipelines}` }, { BUS: server.url })
  assert.deepEqual(
    house.outcomes.flatMap(({ findings }) => findings),
    [],
  )
  return house
}

test('a message goes from queue to queue, with what is known of it', async () => {
  await using _ = await open(`pipelines:
  pass-on:
    channels:
      - amqp: { connector: bus, queue: in }
    steps:
      - call: bus.publish
        with:
          key: out
          body:
            number: \${{ number }}
            meta: \${{ $meta }}
            tenant: \${{ $headers.\`x-tenant\` }}
`)
  await withPartner(server.url, async channel => {
    const options = { contentType: 'application/json', messageId: 'm-1', correlationId: 'correlated-1', headers: { 'X-Tenant': 'acme' } }
    channel.sendToQueue('in', Buffer.from('{"number":7}'), options)
    const message = await eventually(async () => (await channel.get('out', { noAck: true })) || assert.fail('nothing came'))
    assert.equal(message.properties.correlationId, 'correlated-1')
    const { number, tenant, meta } = JSON.parse(String(message.content))
    const { queue, exchange, routingKey, redelivered, messageId, attempt, id } = meta
    assert.deepEqual(
      { number, tenant, queue, exchange, routingKey, redelivered, messageId, attempt, id },
      {
        number: 7,
        tenant: 'acme',
        queue: 'in',
        exchange: '',
        routingKey: 'in',
        redelivered: false,
        messageId: 'm-1',
        attempt: 1,
        id: 'correlated-1',
      },
    )
  })
})

replyCases(() => ({ server, open }))

/** Messages of a queue, taken until so many came. */
async function drain(channel: Channel, queue: string, count: number): Promise<readonly string[]> {
  const texts: string[] = []
  await eventually(async () => {
    for (let one = await channel.get(queue, { noAck: true }); one !== false; one = await channel.get(queue, { noAck: true }))
      texts.push(String(one.content))
    assert.ok(texts.length >= count, `${texts.length} of ${count}`)
  }, 60_000)
  return texts
}

test('a message that fails is run again where it is: the broker gives it once, and the next waits in order', async () => {
  await using _ = await open(`pipelines:
  stumble:
    order: strict
    channels:
      - amqp: { connector: bus, queue: in, exclusive: true }
    redelivery: { attempts: 5, delay: 20ms }
    steps:
      - fail: { code: not-yet, status: 503 }
        when: \${{ number = 1 and $meta.attempt < 3 }}
      - call: bus.publish
        with:
          key: out
          body: \${{ [number, $meta.attempt, $meta.redelivered] }}
`)
  await withPartner(server.url, async channel => {
    for (const number of [1, 2]) channel.sendToQueue('in', Buffer.from(JSON.stringify({ number })), { contentType: 'application/json' })
    assert.deepEqual(await drain(channel, 'out', 2), ['[1,3,false]', '[2,1,false]'])
  })
})

test('a message whose id came before is not run again; one without an id is a dead letter', async () => {
  await using house = await open(`pipelines:
  once:
    idempotency: {}
    channels:
      - amqp: { connector: bus, queue: in }
    steps:
      - call: bus.publish
        with:
          key: out
          body: \${{ $meta.messageId }}
`)
  await withPartner(server.url, async channel => {
    for (const messageId of ['a', 'a', 'b', undefined, 'a', 'c'])
      channel.sendToQueue('in', Buffer.from('{}'), { contentType: 'application/json', ...(messageId !== undefined && { messageId }) })
    assert.deepEqual([...(await drain(channel, 'out', 3))].sort(), ['"a"', '"b"', '"c"'])
    await eventually(() => assert.ok(house.log.some(({ event, code }) => event === 'dead letter' && code === 'BAD_REQUEST')))
    await house[Symbol.asyncDispose]()
    const left = [await channel.checkQueue('in'), await channel.checkQueue('out')].map(({ messageCount }) => messageCount)
    assert.deepEqual(left, [0, 0])
  })
})

test('with at-most-once a message is acknowledged before it is run', async () => {
  await using partner = await startHttp((_request, response) => response.end('{}'))
  partner.freeze()
  await using house = await openHouse(
    {
      'pipelines/a.yaml': `${bus}  partner:
    http: ${partner.url}
pipelines:
  hand-on:
    guarantee: at-most-once
    channels:
      - amqp: { connector: bus, queue: in }
    steps:
      - call: partner.post
        with:
          path: /
          body: \${{ $ }}
`,
    },
    { BUS: server.url },
  )
  await withPartner(server.url, async channel => {
    await eventually(async () => assert.equal((await channel.checkQueue('in')).consumerCount, 1))
    channel.sendToQueue('in', Buffer.from('1'), { contentType: 'application/json' })
    await partner.asked(1)
    await using counter = startCounter(server)
    await eventually(async () => assert.equal(await counter.count('in'), 0))
    partner.thaw()
    await eventually(() => assert.equal(house.gateway.runtime.status().inFlight, 0))
  })
})

test('what the broker keeps of messages that are given up, the gateway does not', async () => {
  await using house = await openHouse(
    {
      'pipelines/a.yaml': `connectors:
  bus:
    amqp:
      url: \${BUS}
      declare: true
      queues:
        graves: {}
        mortal:
          deadLetter: { key: graves }
pipelines:
  refuse:
    channels:
      - amqp: { connector: bus, queue: mortal, deadLetter: broker }
    steps:
      - fail: { code: no-good, status: 422 }
`,
    },
    { BUS: server.url },
  )
  assert.equal(house.outcomes[0]?.kind, 'applied')
  await withPartner(server.url, async channel => {
    channel.sendToQueue('mortal', Buffer.from('1'), { contentType: 'application/json', messageId: 'm-1' })
    await channel.assertQueue('graves')
    const message = await eventually(async () => (await channel.get('graves', { noAck: true })) || assert.fail('nothing came'))
    assert.deepEqual([message.properties.messageId, message.properties.headers?.['x-first-death-reason']], ['m-1', 'rejected'])
    await eventually(() =>
      assert.ok(house.log.some(({ event, code, kept }) => event === 'dead letter' && code === 'no-good' && kept === 'by the source')),
    )
    assert.deepEqual(house.gateway.runtime.status().deadLetters, new Map())
  })
})

test('a breaker that is open stops the channel at its prefetch, and nothing is lost when it closes', async () => {
  let isDown = true
  await using partner = await startHttp((_request, response) => {
    response.statusCode = isDown ? 503 : 200
    response.end('{}')
  })
  await using house = await openHouse(
    {
      'pipelines/a.yaml': `${bus}  partner:
    http: ${partner.url}
    breaker: { failures: 2, pause: 500ms }
pipelines:
  hand-on:
    channels:
      - amqp: { connector: bus, queue: in, prefetch: 4 }
    redelivery: { attempts: 100, delay: 50ms, maxDelay: 200ms }
    steps:
      - call: partner.post
        with:
          path: /
          body: \${{ $ }}
        idempotent: true
`,
    },
    { BUS: server.url },
  )
  await withPartner(server.url, async channel => {
    await channel.purgeQueue('in')
    for (let index = 0; index < 20; index++) channel.sendToQueue('in', Buffer.from(`${index}`), { contentType: 'application/json' })
    await eventually(() => assert.ok(house.log.some(line => JSON.stringify(line).includes('BREAKER_OPEN'))))
    assert.equal((await channel.checkQueue('in')).messageCount, 16)
    const asked = partner.requests.length
    assert.ok(asked < 20, `${asked} calls`)
    isDown = false
    await eventually(() => assert.ok(partner.requests.length >= asked + 20), 30_000)
    await eventually(() => assert.equal(house.gateway.runtime.status().inFlight, 0))
    await house[Symbol.asyncDispose]()
    assert.equal((await channel.checkQueue('in')).messageCount, 0)
    assert.ok(!house.log.some(({ event }) => event === 'dead letter'))
  })
})

const passing = (more: string, besides = ''): string => `${bus}pipelines:
  pass-on:
    channels:
      - amqp: { connector: bus, queue: in${more} }
    steps:
      - call: bus.publish
        with:
          key: out
          body: \${{ $ }}
${besides}`

test('over changes nothing is lost and nothing doubled; what did not change keeps its connection', async () => {
  await using proxy = await startProxy(server.port)
  const url = server.url.replace(/:\d+$/, `:${proxy.port}`)
  await using house = await openHouse({ 'pipelines/a.yaml': passing('') }, { BUS: url })
  await withPartner(server.url, async channel => {
    await eventually(async () => assert.equal((await channel.checkQueue('in')).consumerCount, 1))
    const before = proxy.taken
    assert.equal((await house.change({ 'pipelines/a.yaml': passing('', '      - log: done\n') })).kind, 'applied')
    assert.equal(proxy.taken, before)
    let sent = 0
    const send = (count: number): void => {
      for (let index = 0; index < count; index++)
        channel.sendToQueue('in', Buffer.from(`${sent++}`), { contentType: 'application/json', persistent: true })
    }
    for (const more of [', prefetch: 8', ', prefetch: 1', ', prefetch: 100', ', exclusive: true', '']) {
      send(100)
      assert.equal((await house.change({ 'pipelines/a.yaml': passing(more) })).kind, 'applied')
    }
    const came = await drain(channel, 'out', sent)
    assert.deepEqual(
      came.map(Number).sort((a, b) => a - b),
      Array.from({ length: sent }, (_, index) => index),
    )
  })
})

test('a change that is refused has consumed nothing', async () => {
  await using house = await openHouse({ 'pipelines/a.yaml': passing('') }, { BUS: server.url })
  await withPartner(server.url, async channel => {
    await channel.assertQueue('fresh')
    channel.sendToQueue('fresh', Buffer.from('1'), { contentType: 'application/json' })
    const refused = await house.change({
      'pipelines/a.yaml': `listeners:\n  other: { port: ${new URL(server.url).port} }\n${passing('').replace('queue: in', 'queue: fresh')}`,
    })
    assert.equal(refused.kind, 'refused', JSON.stringify(refused.findings))
    const { consumerCount, messageCount } = await channel.checkQueue('fresh')
    assert.deepEqual([consumerCount, messageCount], [0, 1])
    const message = await channel.get('fresh', { noAck: true })
    assert.equal(message !== false && message.fields.redelivered, false)
    channel.sendToQueue('in', Buffer.from('2'), { contentType: 'application/json' })
    assert.deepEqual(await drain(channel, 'out', 1), ['2'])
  })
})

test('a broker that is away at the start is a status, and its messages come when it is there', async () => {
  await using proxy = await startProxy(server.port)
  proxy.slam()
  await using house = await openHouse({ 'pipelines/a.yaml': passing('') }, { BUS: server.url.replace(/:\d+$/, `:${proxy.port}`) })
  assert.equal(house.outcomes[0]?.kind, 'applied')
  await withPartner(server.url, async channel => {
    channel.sendToQueue('in', Buffer.from('1'), { contentType: 'application/json' })
    proxy.pass()
    assert.deepEqual(await drain(channel, 'out', 1), ['1'])
  })
})
