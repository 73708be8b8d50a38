import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { GetMessage } from 'amqplib'
import amqp from '../../engine/adapters/amqp/connector.ts'
import type { AmqpConnector } from '../../engine/core/config.gen.ts'
import { SluiceError } from '../../engine/core/errors.ts'
import { limit } from '../../engine/core/scope.ts'
import { Secret, secretUrl } from '../../engine/core/secret.ts'
import { connectorContract } from '../contract/connector.ts'
import { amqpConfig, amqpQueue, publishing, withAmqp, withPartner } from '../support/amqp.ts'
import { eventually } from '../support/eventually.ts'
import { testScope } from '../support/host.ts'
import { failure } from '../support/http-connector.ts'
import { naughty } from '../support/naughty.ts'
import { startProxy } from '../support/proxy.ts'
import { type RabbitServer, rabbitPassword, startRabbit } from '../support/rabbitmq.ts'

let server: RabbitServer
before(async () => {
  server = await startRabbit()
  await withPartner(server.url, async channel => {
    const keys = [
      'large',
      'witness',
      'naughty',
      'binary',
      'entry',
      ...Array.from({ length: 100 }, (_, index) => `key-${index}`),
      ...naughty,
    ]
    for (const key of keys.map(queueOf)) if (Buffer.byteLength(key) <= 255) await channel.assertQueue(key)
  })
})
after(() => server[Symbol.asyncDispose]())

const queueOf = (key: string): string => `kept ${key}`
/** The broker behind another port. */
const through = (port: number): string => `amqp://tester:${rabbitPassword}@127.0.0.1:${port}`

connectorContract('amqp', {
  definition: amqp,
  carries: 'bytes',
  suffers: ['away', 'silent'],
  heals: 'alone',
  secret: rabbitPassword,
  keep: async (connector, { key, bytes }, scope) => {
    await connector.operations.publish(
      { exchange: '', key: queueOf(key), body: { bytes, contentType: 'application/octet-stream' }, persistent: true, mandatory: true },
      scope,
    )
  },
  read: async (connector, key, scope) => {
    const result = await connector.operations.get({ queue: queueOf(key) }, scope)
    assert.equal(result?.found, true)
    // A message without a byte has no body.
    return result?.body instanceof Uint8Array ? result.body : Buffer.alloc(0)
  },
  open: async () => {
    const proxy = await startProxy(server.port)
    return {
      config: amqpConfig(through(proxy.port)),
      system: {
        leave: async () => {
          proxy.slam()
          proxy.cut()
        },
        come: async () => proxy.pass(),
        freeze: () => proxy.stall(),
        thaw: () => proxy.pass(),
        [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose](),
      },
    }
  },
})

describe('messages out by AMQP', () => {
  const scope = testScope(120_000)

  test('every property and every type of header arrives', () =>
    withPartner(server.url, async channel => {
      const { queue } = await channel.assertQueue('properties')
      await withAmqp(amqpConfig(server.url), async ({ calls }) => {
        const headers = {
          text: 'ß',
          small: 1,
          large: 2 ** 40,
          broken: 1.5,
          yes: true,
          list: ['a', 1],
          table: { deep: [null] },
          at: { '!': 'timestamp', value: 1378166400 },
        }
        const said = {
          id: 'm-1',
          correlationId: 'c-1',
          replyTo: 'r',
          type: 't',
          appId: 'a',
          encoding: 'identity',
          timestamp: 1378166400,
          priority: 7,
          expiration: 60_000,
        }
        assert.equal(await calls.publish(publishing(queue, 'hello', { ...said, headers }), scope), undefined)
        const message = await taken(channel.get(queue, { noAck: true }))
        const { properties } = message
        assert.equal(message.content.toString(), 'hello')
        assert.deepEqual(properties.headers, headers)
        assert.deepEqual(
          [
            properties.messageId,
            properties.correlationId,
            properties.replyTo,
            properties.type,
            properties.appId,
            properties.contentEncoding,
          ],
          ['m-1', 'c-1', 'r', 't', 'a', 'identity'],
        )
        assert.deepEqual(
          [properties.timestamp, properties.priority, properties.expiration, properties.deliveryMode],
          [1378166400, 7, '60000', 2],
        )
        assert.equal(properties.contentType, 'text/plain')
      })
    }))

  test('what is not said is left out; the ids are made, and the same when a call is tried again', () =>
    withPartner(server.url, async channel => {
      const { queue } = await channel.assertQueue('ids')
      await withAmqp(amqpConfig(server.url), async ({ calls }) => {
        const args = publishing(queue, 'twice')
        await calls.publish(args, scope)
        await calls.publish(args, scope)
        await calls.publish(publishing(queue, 'once'), scope)
        const ids = []
        for (const _ of [1, 2, 3]) {
          const { properties } = await taken(channel.get(queue, { noAck: true }))
          assert.equal(properties.correlationId, scope.id)
          assert.deepEqual([properties.replyTo, properties.priority, properties.expiration], [undefined, undefined, undefined])
          ids.push(properties.messageId)
        }
        assert.equal(ids[0], ids[1])
        assert.notEqual(ids[0], ids[2])
      })
    }))

  test('a message that no queue takes is an error, also among others with the same id; unless it may be dropped', () =>
    withPartner(server.url, async channel => {
      const { queue } = await channel.assertQueue('taken')
      await withAmqp(amqpConfig(server.url), async ({ calls }) => {
        const all = await Promise.allSettled(
          Array.from({ length: 50 }, (_, index) =>
            calls.publish(publishing(index % 2 === 0 ? queue : 'nobody', 'x', { id: 'same' }), scope),
          ),
        )
        for (const [index, settled] of all.entries()) {
          assert.equal(settled.status, index % 2 === 0 ? 'fulfilled' : 'rejected')
          if (settled.status === 'rejected') refusal(settled.reason, 404, 'safe')
        }
        await calls.publish(publishing('nobody', 'x', { mandatory: false }), scope)
      })
    }))

  test('an exchange that is not there fails its own messages and no others; it is found when it is made', () =>
    withPartner(server.url, async channel => {
      const { queue } = await channel.assertQueue('bound')
      await withAmqp(amqpConfig(server.url), async ({ calls }) => {
        const both = await Promise.allSettled([
          ...Array.from({ length: 20 }, () => calls.publish(publishing(queue, 'x'), scope)),
          calls.publish(publishing('k', 'x', { exchange: 'later' }), scope),
        ])
        const reasons = both.flatMap(settled => (settled.status === 'rejected' ? [settled.reason] : []))
        assert.equal(reasons.length, 1)
        refusal(reasons[0], 404, 'safe')
        await channel.assertExchange('later', 'direct')
        await channel.bindQueue(queue, 'later', 'k')
        await calls.publish(publishing('k', 'x', { exchange: 'later' }), scope)
        // It goes again, and the channel with it.
        await channel.deleteExchange('later')
        refusal(await failure(calls.publish(publishing('k', 'x', { exchange: 'later' }), scope)), 404, 'safe')
        await calls.publish(publishing(queue, 'x'), scope)
      })
    }))

  test('a full queue refuses, and the call may be tried again', () =>
    withAmqp(amqpConfig(server.url, { declare: true, queues: { full: amqpQueue({ maxLength: 1 }) } }), async ({ calls }) => {
      await calls.publish(publishing('full', '1'), scope)
      const error = await failure(calls.publish(publishing('full', '2'), scope))
      assert.deepEqual([error.code, error.retry], ['UPSTREAM_REFUSED', 'safe'])
    }))

  const unsayable = [
    { name: 'a text above 255 bytes', more: { id: 'ß'.repeat(200) } },
    { name: 'a header with a name above 255 bytes', more: { headers: { ['n'.repeat(300)]: 1 } } },
    { name: 'a header of a type that there is not', more: { headers: { x: { '!': 'nonsense', value: 1 } } } },
    { name: 'headers above what fits into a frame', more: { headers: { x: 'x'.repeat(200_000) } } },
  ]
  for (const { name, more } of unsayable)
    test(`${name} is a wrong argument, and hurts no other message`, () =>
      withAmqp(amqpConfig(server.url, { declare: true, queues: { fine: amqpQueue() } }), async ({ calls }) => {
        const [wrong, right] = [calls.publish(publishing('fine', 'x', more), scope), calls.publish(publishing('fine', 'x'), scope)]
        assert.equal((await failure(wrong)).code, 'ARGUMENT_INVALID')
        await right
      }))

  test('a connection that is lost before the confirm leaves the outcome unknown', async () => {
    await using proxy = await startProxy(server.port)
    await withAmqp(amqpConfig(through(proxy.port), { declare: true, queues: { unknown: amqpQueue() } }), async ({ calls, host }) => {
      await calls.publish(publishing('unknown', '1'), scope)
      const cut = proxy.cutOn('unconfirmed', 'unanswered')
      const lost = failure(calls.publish(publishing('unknown', 'unconfirmed'), scope))
      await cut
      assert.equal((await lost).code, 'OUTCOME_UNKNOWN')
      await host.until('degraded')
      await host.until('ready')
      await calls.publish(publishing('unknown', '2'), scope)
    })
  })
})

describe('single messages off a queue', () => {
  const scope = testScope(120_000)

  test('a message comes with its headers and properties; an empty queue gives nothing', () =>
    withAmqp(amqpConfig(server.url, { declare: true, queues: { single: amqpQueue() } }), async ({ calls }) => {
      await calls.publish(
        publishing('single', 'hello', { id: 'm-1', type: 't', headers: { 'X-Tenant': 'acme', tries: 3, list: ['a'], deep: { a: 1 } } }),
        scope,
      )
      const result = await calls.get({ queue: 'single' }, scope)
      assert.equal(Buffer.from(result?.body instanceof Uint8Array ? result.body : []).toString(), 'hello')
      assert.equal(result?.contentType, 'text/plain')
      const { 'correlation-id': correlation, ...others } = result?.headers ?? {}
      assert.equal(correlation, scope.id)
      assert.deepEqual(others, {
        'x-tenant': 'acme',
        tries: 3,
        list: ['a'],
        deep: '{"a":1}',
        exchange: '',
        'routing-key': 'single',
        redelivered: false,
        'content-type': 'text/plain',
        'message-id': 'm-1',
        type: 't',
      })
      assert.deepEqual(await calls.get({ queue: 'single' }, scope), { body: undefined, found: false })
    }))

  test('a queue that is not there is an error, and no other call is hurt', () =>
    withAmqp(amqpConfig(server.url, { declare: true, queues: { there: amqpQueue() } }), async ({ calls }) => {
      const [missing, there] = [failure(calls.get({ queue: 'nowhere' }, scope)), calls.get({ queue: 'there' }, scope)]
      refusal(await missing, 404, 'safe')
      assert.equal((await there)?.found, false)
    }))

  test('a message that comes when the call is over goes back', async () => {
    await using proxy = await startProxy(server.port)
    await withAmqp(amqpConfig(through(proxy.port), { declare: true, queues: { back: amqpQueue() } }), async ({ calls }) => {
      await calls.publish(publishing('back', 'kept'), scope)
      assert.equal((await calls.get({ queue: 'there' }, scope))?.found, false)
      proxy.stall()
      await assert.rejects(async () => limit(testScope(), 100, late, inner => calls.get({ queue: 'back' }, inner)), isTimeout)
      proxy.pass()
      await eventually(async () => assert.equal((await calls.get({ queue: 'back' }, scope))?.found, true))
    })
  })
})

describe('requests by AMQP', () => {
  const asking = (text: string) => ({ exchange: '', key: 'service', body: { bytes: Buffer.from(text), contentType: 'text/plain' } })

  test('every request gets its own reply, whatever their order', () =>
    withPartner(server.url, async channel => {
      await channel.assertQueue('service', { autoDelete: true })
      const held: (() => void)[] = []
      await channel.consume(
        'service',
        message => {
          const { replyTo, correlationId, expiration, deliveryMode } = message?.properties ?? {}
          assert.ok(Number(expiration) > 0 && deliveryMode === 1)
          held.unshift(() =>
            channel.sendToQueue(replyTo, Buffer.from(`re: ${message?.content}`), { correlationId, contentType: 'text/plain' }),
          )
          if (held.length === 20) for (const reply of held) reply()
        },
        { noAck: true },
      )
      await withAmqp(amqpConfig(server.url), async ({ calls }) => {
        const results = await Promise.all(Array.from({ length: 20 }, (_, index) => calls.request(asking(`${index}`), testScope())))
        assert.deepEqual(
          results.map(result => String(result?.body)),
          Array.from({ length: 20 }, (_, index) => `re: ${index}`),
        )
        assert.equal(results[0]?.contentType, 'text/plain')
      })
    }))

  test('a request without a reply ends with its time; the reply that comes later is dropped and counted', () =>
    withPartner(server.url, async channel => {
      await channel.assertQueue('service', { autoDelete: true })
      await withAmqp(amqpConfig(server.url), async ({ calls, host }) => {
        const asked = new Promise<{ replyTo: string; correlationId: string }>(resolve => {
          channel
            .consume('service', message => message !== null && resolve(message.properties as never), { noAck: true })
            .catch(assert.ifError)
        })
        await assert.rejects(async () => limit(testScope(), 300, late, inner => calls.request(asking('slow'), inner)), isTimeout)
        const { replyTo, correlationId } = await asked
        channel.sendToQueue(replyTo, Buffer.from('late'), { correlationId })
        channel.sendToQueue(replyTo, Buffer.from('foreign'), { correlationId: 'nobody asked' })
        await eventually(() =>
          assert.deepEqual(
            host.lines.filter(({ event }) => event === 'late-reply').map(({ fields }) => fields),
            [{ dropped: 1 }, { dropped: 2 }],
          ),
        )
      })
    }))

  test('a request that nobody takes fails at once', () =>
    withAmqp(amqpConfig(server.url), async ({ calls }) => {
      refusal(await failure(calls.request({ ...asking('x'), key: 'nobody' }, testScope())), 404, 'safe')
    }))

  test('a connection that is lost before the reply leaves the outcome unknown', async () => {
    await using proxy = await startProxy(server.port)
    await withAmqp(amqpConfig(through(proxy.port), { declare: true, queues: { slow: amqpQueue() } }), async ({ calls, host }) => {
      const open = failure(calls.request({ ...asking('x'), key: 'slow' }, testScope()))
      await withPartner(server.url, async channel => {
        await new Promise<void>(resolve => {
          channel.consume('slow', () => resolve(), { noAck: true }).catch(assert.ifError)
        })
      })
      proxy.cut()
      assert.equal((await open).code, 'OUTCOME_UNKNOWN')
      await host.until('degraded')
      await host.until('ready')
    })
  })
})

const late = (): SluiceError => new SluiceError('TIMEOUT', 'the call took longer than allowed')
const isTimeout = (error: unknown): boolean => error instanceof SluiceError && error.code === 'TIMEOUT'

function refusal(error: unknown, status: number, retry: string): void {
  assert.ok(error instanceof SluiceError, String(error))
  assert.deepEqual([error.code, error.detail.answer?.status, error.retry], ['UPSTREAM_REFUSED', status, retry], error.message)
}

async function taken(answer: Promise<GetMessage | false>): Promise<GetMessage> {
  const message = await answer
  assert.ok(message !== false, 'there is no message')
  return message
}

describe('what a configuration of AMQP is told', () => {
  const wrong: readonly { readonly name: string; readonly more: Partial<AmqpConnector>; readonly pointer: string }[] = [
    { name: 'a query', more: { url: secretUrl('amqp://host?heartbeat=1') }, pointer: '/url' },
    { name: 'a virtual host of two parts', more: { nodes: [secretUrl('amqp://host/a/b')] }, pointer: '/nodes/0' },
    { name: 'a password that is not encoded', more: { url: secretUrl('amqp://user:100%@host') }, pointer: '/url' },
    { name: 'a certificate without its key', more: { tls: { certificate: new Secret('x'), insecure: false } }, pointer: '/tls' },
    { name: 'a stream', more: { queues: { q: amqpQueue({ arguments: { 'x-queue-type': 'stream' } }) } }, pointer: '/queues/q' },
    {
      name: 'a quorum queue with priorities',
      more: { queues: { q: amqpQueue({ type: 'quorum', maxPriority: 3 }) } },
      pointer: '/queues/q',
    },
    {
      name: 'a quorum queue that is not durable',
      more: { queues: { q: amqpQueue({ type: 'quorum', durable: false }) } },
      pointer: '/queues/q',
    },
    { name: 'a classic queue that counts', more: { queues: { q: amqpQueue({ deliveryLimit: 3 }) } }, pointer: '/queues/q' },
  ]
  for (const { name, more, pointer } of wrong)
    test(`${name} is refused`, () => {
      const faults = amqp.check?.(amqpConfig('amqp://host', more)) ?? []
      assert.deepEqual(
        faults.map(fault => fault.pointer),
        [pointer],
      )
    })
})
