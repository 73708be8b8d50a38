import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Store } from '../../engine/core/store.ts'
import { bytes, claim, claimedOne, commit, keys, lend, put, read, type StoreSubject, text } from './store-subject.ts'

/** What is claimed, by whom, in which order, and for how long. */
export function claimContract(subject: StoreSubject): void {
  test('a claim gives the entries of the group by sequence, with their bodies, leased to the owner, each with a new version', () =>
    lend(subject, async ({ store, now }) => {
      for (const key of ['a', 'b', 'c']) await put(store, { key, group: 'g', head: { key }, body: bytes(key.repeat(3)) })
      await put(store, { key: 'other', group: 'h' })
      await put(store, { kind: 'dead', key: 'dead', group: 'g' })
      const claimed = await claim(store, { group: 'g', limit: 9 })
      assert.deepEqual(
        claimed.map(entry => [entry.key, text(entry.body), entry.head, entry.version, entry.lease?.owner]),
        ['a', 'b', 'c'].map(key => [key, key.repeat(3), { key }, 2, 'me']),
      )
      for (const { lease } of claimed) assert.ok(Math.abs((lease?.until ?? 0) - now() - 60_000) < 30_000, `${lease?.until}`)
      const { body: _, ...first } = await read(store, 'a')
      assert.deepEqual(first, (await store.list({ kind: 'queue', group: 'g', limit: 1 }))[0])
      assert.deepEqual([first.version, first.lease], [2, claimed[0]?.lease])
      assert.deepEqual(await claim(store, { group: 'g', limit: 9 }), [])
      assert.deepEqual(await claim(store, { group: 'none' }), [])
    }))

  test('a claim ends at its limit, and before the bodies outgrow its bytes, but never before the first', () =>
    lend(subject, async ({ store }) => {
      for (const size of [50, 10, 60, 10, 10]) await put(store, { key: `${size}/${Math.random()}`, group: 'g', body: new Uint8Array(size) })
      const sizes = async (limit: number, most: number): Promise<readonly number[]> =>
        (await claim(store, { group: 'g', limit, bytes: most })).map(({ body }) => body.byteLength)
      assert.deepEqual(await sizes(9, 40), [50])
      assert.deepEqual(await sizes(9, 69), [10])
      assert.deepEqual(await sizes(2, 1000), [60, 10])
      assert.deepEqual(await sizes(9, 0), [10])
    }))

  test('what is not due is not claimed, and is when its time has come', () =>
    lend(subject, async ({ store, now, pass }) => {
      await put(store, { key: 'later', group: 'g', due: now() + 60_000 })
      await put(store, { key: 'soon', group: 'g' })
      await put(store, { key: 'past', group: 'g', due: now() - 5000 })
      await commit(store, [{ update: { kind: 'queue', key: 'soon', due: now() + 10 } }])
      await pass(20)
      assert.deepEqual(keys(await claim(store, { group: 'g', limit: 9 })), ['soon', 'past'])
      await commit(store, [{ update: { kind: 'queue', key: 'later', due: 0 } }])
      assert.deepEqual(keys(await claim(store, { group: 'g', limit: 9 })), ['later'])
    }))

  test('a lease that is over gives the entry to the next who asks, and its new version tells the first that it is lost', () =>
    lend(subject, async ({ store, pass }) => {
      await put(store, { key: 'a', group: 'g', body: bytes('body') })
      const first = await claimedOne(store, { group: 'g', owner: 'first', leaseMs: 10 })
      await pass(20)
      const second = await claimedOne(store, { group: 'g', owner: 'second' })
      assert.deepEqual([second.version, second.lease?.owner, text(second.body)], [first.version + 1, 'second', 'body'])
      assert.deepEqual(await store.commit([{ remove: { kind: 'queue', key: 'a' }, expect: first.version }]), { at: 0 })
      await commit(store, [{ remove: { kind: 'queue', key: 'a' }, expect: second.version }])
    }))

  test('a lease is renewed by its owner, over or not, until another takes it; the version stays', () =>
    lend(subject, async ({ store, now, pass }) => {
      for (const key of ['a', 'b', 'c']) await put(store, { key, group: 'g' })
      await put(store, { key: 'free', group: 'free' })
      const claimed = await claim(store, { group: 'g', limit: 3, leaseMs: 10 })
      await pass(20)
      await claimedOne(store, { group: 'g', owner: 'other' })
      const asked = ['a', 'b', 'c', 'free', 'absent']
      assert.deepEqual([...(await store.renew('queue', asked, 'me', 60_000))].sort(), ['b', 'c'])
      assert.deepEqual([...(await store.renew('queue', asked, 'other', 60_000))], ['a'])
      assert.deepEqual([...(await store.renew('dead', asked, 'me', 60_000))], [])
      const b = await read(store, 'b')
      assert.equal(b.version, claimed[1]?.version)
      assert.ok((b.lease?.until ?? 0) > now() + 30_000, 'it was not prolonged')
      assert.deepEqual(await claim(store, { group: 'g', limit: 9 }), [])
      assert.equal((await store.renew('queue', [], 'me', 1000)).size, 0)
    }))

  test('an entry that is given back is claimed again at once, or when it is due', () =>
    lend(subject, async ({ store, now }) => {
      await put(store, { key: 'a', group: 'g' })
      await put(store, { key: 'b', group: 'g' })
      await claim(store, { group: 'g', limit: 2 })
      await commit(store, [{ update: { kind: 'queue', key: 'b', due: now() + 60_000 } }])
      await commit(store, [{ update: { kind: 'queue', key: 'a', head: 'again' } }])
      assert.deepEqual(
        (await claim(store, { group: 'g', limit: 9 })).map(({ key, head, version }) => [key, head, version]),
        [['a', 'again', 4]],
      )
    }))

  test('a lane gives one at a time, in order: the first holds it while it is worked on, or waits', () =>
    lend(subject, async ({ store, now }) => {
      for (const key of ['x1', 'y1', 'x2', 'n1', 'y2', 'n2'])
        await put(store, { key, group: 'g', lane: key.startsWith('n') ? '' : (key[0] ?? '') })
      await put(store, { key: 'other', group: 'h', lane: 'x' })
      const all = (): Promise<readonly string[]> => claim(store, { group: 'g', limit: 9 }).then(keys)
      assert.deepEqual(await all(), ['x1', 'y1', 'n1', 'n2'])
      assert.deepEqual(await all(), [])
      await commit(store, [{ remove: { kind: 'queue', key: 'x1' } }])
      assert.deepEqual(await all(), ['x2'])
      await commit(store, [{ update: { kind: 'queue', key: 'y1', due: now() + 60_000 } }])
      assert.deepEqual(await all(), [])
      await commit(store, [{ update: { kind: 'queue', key: 'y1', due: 0 } }])
      assert.deepEqual(await all(), ['y1'])
      await commit(store, [
        { remove: { kind: 'queue', key: 'y2' } },
        { remove: { kind: 'queue', key: 'y1' } },
        { put: { kind: 'queue', key: 'y3', group: 'g', lane: 'y' } },
      ])
      assert.deepEqual(await all(), ['y3'])
      assert.deepEqual(keys(await claim(store, { group: 'h' })), ['other'])
    }))

  test('an entry that is put anew goes to the end of its lane, which goes on with the next', () =>
    lend(subject, async ({ store }) => {
      for (const key of ['a', 'b']) await put(store, { key, group: 'g', lane: 'l' })
      await claimedOne(store, { group: 'g' })
      await put(store, { key: 'a', group: 'g', lane: 'l' })
      assert.deepEqual(keys(await claim(store, { group: 'g', limit: 9 })), ['b'])
      await put(store, { key: 'b', group: 'g', lane: 'm' })
      assert.deepEqual(keys(await claim(store, { group: 'g', limit: 9 })), ['a', 'b'])
    }))

  test('a lane is one of its group and kind alone', () =>
    lend(subject, async ({ store }) => {
      await put(store, { key: 'a', group: 'g', lane: 'l' })
      await put(store, { key: 'b', group: 'h', lane: 'l' })
      await put(store, { kind: 'batch', key: 'c', group: 'g', lane: 'l' })
      assert.deepEqual(keys(await claim(store, { group: 'h' })), ['b'])
      assert.deepEqual(keys(await claim(store, { kind: 'batch', group: 'g' })), ['c'])
      assert.deepEqual(keys(await claim(store, { group: 'g' })), ['a'])
    }))

  test('whoever claims at the same time, nobody is given what another has, and lanes stay in order', () =>
    lend(subject, async ({ store, peer = store }) => {
      for (let from = 0; from < 300; from += 50)
        await commit(
          store,
          Array.from({ length: 50 }, (_, index) => {
            const key = `${from + index}`.padStart(3, '0')
            return { put: { kind: 'queue', key, group: 'g', lane: index % 3 === 0 ? '' : `${index % 7}` } }
          }),
        )
      const done: { readonly key: string; readonly lane: string }[] = []
      const work = async (by: Store, owner: string): Promise<void> => {
        for (;;) {
          const claimed = await claim(by, { group: 'g', owner, limit: 5 })
          for (const { key, lane, version } of claimed) {
            done.push({ key, lane })
            await commit(by, [{ remove: { kind: 'queue', key }, expect: version }])
          }
          // Nothing to claim is no end: others may hold the first of every lane.
          if (claimed.length === 0 && (await by.measure('queue', 'g')).length === 0) return
        }
      }
      await Promise.all(Array.from({ length: 8 }, (_, index) => work(index % 2 === 0 ? store : peer, `worker ${index}`)))
      assert.equal(done.length, 300)
      assert.equal(new Set(keysOf(done)).size, 300)
      for (let lane = 0; lane < 7; lane++) {
        const inLane = keysOf(done.filter(one => one.lane === `${lane}`))
        assert.deepEqual(inLane, [...inLane].sort(), `lane ${lane}`)
      }
    }))
}

const keysOf = (done: readonly { readonly key: string }[]): readonly string[] => done.map(({ key }) => key)
