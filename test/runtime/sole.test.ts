import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Consumer, Handle } from '../../engine/core/component.ts'
import { asSluiceError, SluiceError } from '../../engine/core/errors.ts'
import { systemClock } from '../../engine/core/ports.ts'
import type { Store } from '../../engine/core/store.ts'
import { Leases } from '../../engine/durable/leases.ts'
import { acquire } from '../../engine/durable/sole-lease.ts'
import { Sole } from '../../engine/runtime/sole.ts'
import { MemoryStore } from '../../engine/store/memory.ts'
import { type TestHost, testHost } from '../support/host.ts'

const none = new AbortController().signal
const times = { leaseMs: 4_000, renewMs: 800, marginMs: 1_600 }

test('what is once in the cluster is open on one node, and on another as soon as the first gives it back', async () => {
  const store = new MemoryStore(systemClock, { shared: true })
  const [first, second] = [await node(store, 'first'), await node(store, 'second')]
  assert.deepEqual([first.did, second.did], [['prepare'], ['prepare']], 'both are prepared')
  first.sole.open()
  await first.until('open')
  second.sole.open()
  await second.host.until('ready')
  assert.match(second.host.statuses.at(-1)?.reason ?? '', /another gateway has it/)
  assert.deepEqual([first.did, second.did], [['prepare', 'open'], ['prepare']])
  await first.sole.close(none)
  await second.until('open')
  assert.deepEqual(first.did, ['prepare', 'open', 'close'])
  await second.sole.close(none)
  assert.equal(await store.get('lease', 'sole/channel/inbox/file'), undefined, 'nothing is left behind')
})

test('a node that lost its lease closes, takes no message, and opens anew when it has it again', async () => {
  const store = new MemoryStore(systemClock, { shared: true })
  const one = await node(store, 'one')
  one.sole.open()
  await one.until('open')
  assert.equal((await one.give()).status, 204)
  one.away = true
  await one.until('close')
  const refused = await one.give().then(() => assert.fail('it was taken'), asSluiceError)
  assert.equal(refused.code, 'CANCELLED')
  one.away = false
  await one.until('open')
  assert.deepEqual(one.did, ['prepare', 'open', 'close', 'prepare', 'open'])
  assert.equal((await one.give()).status, 204)
  await one.sole.close(none)
})

test('closing what stands by leaves the holder alone, and what was never opened takes no lease', async () => {
  const store = new MemoryStore(systemClock, { shared: true })
  const [first, second] = [await node(store, 'first'), await node(store, 'second')]
  first.sole.open()
  await first.until('open')
  second.sole.open()
  await second.host.until('ready')
  await second.sole.close(none)
  await second.sole.close(none)
  assert.deepEqual(
    [first.did, second.did],
    [
      ['prepare', 'open'],
      ['prepare', 'close'],
    ],
  )
  assert.equal((await store.get('lease', 'sole/channel/inbox/file'))?.lease?.owner, 'first')
  await first.sole.close(none)
  second.sole.open()
  assert.equal(await store.get('lease', 'sole/channel/inbox/file'), undefined)
})

interface Node {
  readonly sole: Sole
  readonly host: TestHost
  readonly did: readonly string[]
  away: boolean
  /** Resolves when the consumer does it, after all that it did before the call. */
  until(what: string): Promise<void>
  give(): ReturnType<Handle>
}

/** Prepared, and not opened. */
async function node(real: Store, owner: string): Promise<Node> {
  const host = testHost()
  const did: string[] = []
  const waiting = new Set<(what: string) => void>()
  const note = (what: string): void => {
    did.push(what)
    for (const look of waiting) look(what)
  }
  const store = new Proxy(real, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name)
      if (typeof value !== 'function') return value
      return one.away ? () => Promise.reject(new SluiceError('STORE', 'asking the store')) : value.bind(target)
    },
  })
  const leases = new Leases({ store, kind: 'lease', owner, log: host.log, ...times })
  let handle: Handle = () => assert.fail('no consumer was made')
  const one: Node = {
    sole: new Sole({
      create: (guard): Consumer => {
        handle = guard(async () => ({ status: 204, headers: {}, body: { value: undefined } }))
        return { prepare: async () => note('prepare'), open: () => note('open'), close: async () => note('close') }
      },
      acquire: lost => acquire('channel/inbox/file', { store, owner, leases, lost }),
      status: host.status,
      log: host.log,
    }),
    host,
    did,
    away: false,
    until: what =>
      new Promise(resolve => {
        const look = (seen: string): void => {
          if (seen !== what) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
      }),
    give: () => handle({ body: { value: 1 }, headers: {}, source: {} }),
  }
  await one.sole.prepare(none)
  return one
}
