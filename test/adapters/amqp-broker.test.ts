import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Secret, secretUrl } from '../../engine/core/secret.ts'
import { amqpConfig, amqpQueue, publishing, withAmqp, withPartner } from '../support/amqp.ts'
import { eventually } from '../support/eventually.ts'
import { startProcess } from '../support/gateway.ts'
import { testScope } from '../support/host.ts'
import { failure } from '../support/http-connector.ts'
import { freePort } from '../support/ports.ts'
import { startProxy } from '../support/proxy.ts'
import { type RabbitServer, startRabbit } from '../support/rabbitmq.ts'

let server: RabbitServer
before(async () => {
  server = await startRabbit()
})
after(() => server[Symbol.asyncDispose]())

test('exchanges, queues, bindings and dead letters are made where that is asked for', () =>
  withAmqp(
    amqpConfig(server.url, {
      declare: true,
      exchanges: { orders: { type: 'topic', durable: true, autoDelete: false, arguments: {} } },
      queues: {
        lost: amqpQueue(),
        billing: amqpQueue({
          type: 'quorum',
          deadLetter: { exchange: '', key: 'lost' },
          deliveryLimit: 2,
          bindings: [{ exchange: 'orders', key: 'order.#', arguments: {} }],
        }),
        brief: amqpQueue({ messageTtl: 1, deadLetter: { exchange: '', key: 'lost' }, maxPriority: 3, singleActive: true }),
      },
    }),
    async ({ calls, host }) => {
      const scope = testScope(60_000)
      await host.until('ready')
      await calls.publish(publishing('order.created', 'an order', { exchange: 'orders' }), scope)
      assert.equal(String((await calls.get({ queue: 'billing' }, scope))?.body), 'an order')
      await calls.publish(publishing('brief', 'too late'), scope)
      await eventually(async () => assert.equal(String((await calls.get({ queue: 'lost' }, scope))?.body), 'too late'))
    },
  ))

test('without that they are only looked for: the status says what is missing, calls work, and it is seen when it is made', () =>
  withPartner(server.url, channel =>
    withAmqp(amqpConfig(server.url, { queues: { wanted: amqpQueue(), other: amqpQueue() } }), async ({ calls, connector, host }) => {
      const { reason } = await host.until('failed')
      assert.match(reason ?? '', /no queue 'wanted'.*; .*no queue 'other'/)
      await connector.ping?.(AbortSignal.timeout(5000))
      await channel.assertQueue('wanted')
      await calls.publish(publishing('wanted', 'x'), testScope())
      await channel.assertQueue('other')
      await host.until('ready')
    }),
  ))

test('a queue that is there and another one is a status, and is left as it is', () =>
  withPartner(server.url, async channel => {
    await channel.assertQueue('theirs', { durable: false })
    await withAmqp(amqpConfig(server.url, { declare: true, queues: { theirs: amqpQueue() } }), async ({ host }) => {
      assert.match((await host.until('failed')).reason ?? '', /PRECONDITION_FAILED.*'theirs'/)
    })
    await channel.checkQueue('theirs')
  }))

const refused = [
  { name: 'a wrong password', url: () => server.url.replace(/:[^:@]*@/, ':nonsense@'), reason: /ACCESS_REFUSED/ },
  { name: 'a virtual host that is not there', url: () => `${server.url}/nowhere`, reason: /NOT_ALLOWED/ },
]
for (const { name, url, reason } of refused)
  test(`${name} is a status that needs somebody, and calls fail as unreachable`, () =>
    withAmqp(amqpConfig(url()), async ({ calls, host }) => {
      const status = await host.until('failed')
      assert.match(status.reason ?? '', reason)
      assert.doesNotMatch(JSON.stringify(host.statuses), /nonsense|open-sesame/)
      assert.equal((await failure(calls.publish(publishing('x', 'x'), testScope()))).code, 'UNREACHABLE')
    }))

test('a node that is away is passed over for the next one of the cluster', async () => {
  const nobody = await freePort()
  await withAmqp(
    amqpConfig(`amqp://tester:x@127.0.0.1:${nobody}`, { nodes: [secretUrl(server.url)], declare: true, queues: { nodes: amqpQueue() } }),
    async ({ calls, host }) => {
      await host.until('ready')
      await calls.publish(publishing('nodes', 'x'), testScope())
    },
  )
})

test('over TLS both sides show certificates; without ours, and with an authority that is not theirs, nothing goes', async () => {
  const { tls, secureUrl } = server
  const [ca, certificate, key] = [new Secret(tls.ca), new Secret(tls.cert), new Secret(tls.key)]
  await withAmqp(
    amqpConfig(secureUrl, { tls: { ca, certificate, key, insecure: false }, declare: true, queues: { secure: amqpQueue() } }),
    async ({ calls, host }) => {
      await host.until('ready')
      await calls.publish(publishing('secure', 'x'), testScope())
    },
  )
  await withAmqp(amqpConfig(secureUrl, { tls: { ca, insecure: false } }), async ({ host }) => {
    await host.until('failed')
  })
  await withAmqp(amqpConfig(secureUrl, { tls: { certificate, key, insecure: false } }), async ({ host }) => {
    assert.match((await host.until('failed')).reason ?? '', /certificate/)
  })
})

test('a broker that is short of memory is a status; calls fail as unreachable until it has room', () =>
  withAmqp(amqpConfig(server.url, { declare: true, queues: { memory: amqpQueue() } }), async ({ calls, host }) => {
    await server.control('set_vm_memory_high_watermark', 'absolute', '1')
    // The broker says so to those that publish.
    const open = calls.publish(publishing('memory', '1'), testScope())
    assert.match((await host.until('degraded')).reason ?? '', /memory/)
    assert.equal((await failure(calls.publish(publishing('memory', '2'), testScope()))).code, 'UNREACHABLE')
    await server.control('set_vm_memory_high_watermark', '0.4')
    await host.until('ready')
    await open
    await calls.publish(publishing('memory', '3'), testScope())
  }))

test('a connection that the broker closes is opened again', () =>
  withAmqp(amqpConfig(server.url, { declare: true, queues: { forced: amqpQueue() } }), async ({ calls, host }) => {
    await calls.publish(publishing('forced', '1'), testScope())
    await server.control('close_all_connections', 'for a test')
    await host.until('degraded')
    await host.until('ready')
    await calls.publish(publishing('forced', '2'), testScope())
  }))

test('a connection that is lost amid the look for what is there is opened again', async () => {
  await using proxy = await startProxy(server.port)
  const url = server.url.replace(`:${server.port}`, `:${proxy.port}`)
  // What the client library says when it closes the channel of the look.
  const cut = proxy.cutOn('Goodbye', 'unsent')
  await withAmqp(amqpConfig(url, { declare: true, queues: { looked: amqpQueue() } }), async ({ calls, host }) => {
    await cut
    await host.until('ready')
    await calls.publish(publishing('looked', '1'), testScope())
  })
})

test('a pipeline publishes its body, asks a service, and takes a message off a queue', async context => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-amqp-'))
  context.after(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, 'a.yaml'), yaml)
  const gateway = await startProcess({ config: folder, environment: { BUS: server.url } })
  const post = (path: string, body: unknown): Promise<Response> =>
    fetch(gateway.url + path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } })
  try {
    await withPartner(server.url, async channel => {
      await channel.assertQueue('doubler', { autoDelete: true })
      await channel.consume('doubler', message => {
        const { replyTo, correlationId } = message?.properties ?? {}
        const { number } = JSON.parse(String(message?.content))
        channel.sendToQueue(replyTo, Buffer.from(JSON.stringify({ twice: number * 2 })), { correlationId, contentType: 'application/json' })
      })
      assert.equal((await post('/orders', { number: 7 })).status, 200)
      assert.deepEqual(await (await post('/next', {})).json(), { order: { number: 7 }, id: 'order-7', found: true })
      assert.deepEqual(await (await post('/double', { number: 21 })).json(), { twice: 42 })
      assert.equal((await post('/nowhere', { number: 7 })).status, 502)
    })
  } finally {
    await gateway.stop()
  }
})

const yaml = `connectors:
  bus:
    amqp:
      url: \${BUS}
      declare: true
      exchanges:
        shop: { type: topic }
      queues:
        shop-orders:
          bindings:
            - { exchange: shop, key: "order.*" }
pipelines:
  take-order:
    channels:
      - http: { path: /orders, method: POST }
        security: none
    steps:
      - call: bus.publish
        with:
          exchange: shop
          key: order.created
          id: order-\${{ number }}
          body: \${{ $ }}
  next-order:
    channels:
      - http: { path: /next, method: POST }
        security: none
    steps:
      - call: bus.get
        with: { queue: shop-orders }
      - transform:
          order: \${{ $ }}
          id: "\${{ $last.headers.\`message-id\` }}"
          found: \${{ $last.found }}
  double:
    channels:
      - http: { path: /double, method: POST }
        security: none
    steps:
      - call: bus.request
        with:
          key: doubler
          body: \${{ $ }}
  nowhere:
    channels:
      - http: { path: /nowhere, method: POST }
        security: none
    steps:
      - call: bus.publish
        with:
          key: nobody-listens
          body: \${{ $ }}
`

test('what was confirmed survives a broker that is killed, which is found again when it is back', () =>
  withAmqp(amqpConfig(server.url, { declare: true, queues: { survivor: amqpQueue() } }), async ({ calls, host }) => {
    const scope = testScope(120_000)
    await Promise.all(Array.from({ length: 100 }, (_, index) => calls.publish(publishing('survivor', `${index}`), scope)))
    // The broker confirms messages when they are on the disk, but not queues: one that was made just now is gone after a crash.
    await server.control('eval', 'mnesia:sync_log().')
    await server.kill()
    await host.until('degraded')
    assert.equal((await failure(calls.publish(publishing('survivor', 'x'), scope))).code, 'UNREACHABLE')
    await server.restart()
    await host.until('ready')
    const found = new Set<string>()
    for (
      let result = await calls.get({ queue: 'survivor' }, scope);
      result?.found === true;
      result = await calls.get({ queue: 'survivor' }, scope)
    )
      found.add(String(result.body))
    assert.equal(found.size, 100)
  }))
