import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Change, Store } from '../../engine/core/store.ts'
import { claimContract } from './store-claims.ts'
import { namesContract } from './store-names.ts'
import { bytes, claim, claimedOne, commit, keys, lend, put, read, type StoreSubject, text } from './store-subject.ts'

/** What every store owes the engine. Times are 60 s or longer for what must not happen, 20 ms or shorter for what must: a slow machine changes nothing. */
export function storeContract(name: string, subject: StoreSubject): void {
  describe(`every store: ${name}`, () => {
    commitContract(subject)
    listContract(subject)
    expiryContract(subject)
    claimContract(subject)
    namesContract(subject)
    lifeContract(subject)
  })
}

function commitContract(subject: StoreSubject): void {
  test('an entry comes back as it was put, with its defaults', () =>
    lend(subject, async ({ store, now }) => {
      await put(store, { key: 'bare' })
      assert.deepEqual(await facts(store, 'bare'), {
        kind: 'queue',
        key: 'bare',
        group: '',
        lane: '',
        due: 0,
        expires: undefined,
        version: 1,
        lease: undefined,
        head: null,
        size: 0,
        body: '',
      })
      const full = {
        group: 'orders',
        lane: 'x',
        due: now() + 60_000,
        expires: now() + 120_000,
        head: { a: [1, 'ß', null] },
        body: bytes('body'),
      }
      await put(store, { key: 'full', ...full })
      assert.deepEqual(await facts(store, 'full'), {
        kind: 'queue',
        key: 'full',
        version: 1,
        lease: undefined,
        size: 4,
        ...full,
        body: 'body',
      })
    }))

  test('a put in the place of another is a whole new entry: its version counts on, its sequence is new, its lease is gone', () =>
    lend(subject, async ({ store, now }) => {
      await put(store, { key: 'a', group: 'g', lane: 'l', expires: now() + 60_000, head: 1, body: bytes('one') })
      await put(store, { key: 'b' })
      await claim(store, { group: 'g' })
      const before = await read(store, 'a')
      assert.notEqual(before.lease, undefined)
      await put(store, { key: 'a' })
      const { sequence, ...rest } = await read(store, 'a')
      assert.ok(sequence > (await read(store, 'b')).sequence)
      assert.deepEqual(
        { ...rest, body: text(rest.body) },
        {
          ...{ kind: 'queue', key: 'a', group: '', lane: '', due: 0, expires: undefined, head: null, size: 0, body: '' },
          ...{ version: before.version + 1, lease: undefined },
        },
      )
    }))

  test('an update changes what it names, counts the version, and gives up the lease', () =>
    lend(subject, async ({ store, now }) => {
      const due = now() - 1000
      const expires = now() + 60_000
      await put(store, { key: 'a', group: 'g', lane: 'l', due, expires, head: { n: 1 }, body: bytes('body') })
      const before = await claimedOne(store, { group: 'g' })
      await commit(store, [{ update: { kind: 'queue', key: 'a', head: { n: 2 } } }])
      assert.deepEqual(await read(store, 'a'), { ...before, head: { n: 2 }, version: before.version + 1, lease: undefined })
      await commit(store, [{ update: { kind: 'queue', key: 'a', due: due + 1, expires: undefined } }])
      const after = await read(store, 'a')
      assert.deepEqual([after.due, after.expires, after.version, after.head], [due + 1, undefined, before.version + 2, { n: 2 }])
    }))

  const conditions: readonly { name: string; change: (version: number) => Change; held: boolean }[] = [
    { name: 'put where nothing is, as expected', change: () => ({ put: { kind: 'queue', key: 'new' }, expect: 'absent' }), held: true },
    { name: 'put where nothing is, against a version', change: () => ({ put: { kind: 'queue', key: 'new' }, expect: 1 }), held: false },
    { name: 'put where one is, expecting none', change: () => ({ put: { kind: 'queue', key: 'old' }, expect: 'absent' }), held: false },
    { name: 'put of its version', change: version => ({ put: { kind: 'queue', key: 'old' }, expect: version }), held: true },
    { name: 'put of another version', change: version => ({ put: { kind: 'queue', key: 'old' }, expect: version - 1 }), held: false },
    { name: 'update where nothing is', change: () => ({ update: { kind: 'queue', key: 'new', head: 1 } }), held: false },
    {
      name: 'update where nothing is, as expected',
      change: () => ({ update: { kind: 'queue', key: 'new' }, expect: 'absent' }),
      held: false,
    },
    { name: 'update of its version', change: version => ({ update: { kind: 'queue', key: 'old' }, expect: version }), held: true },
    { name: 'update of another version', change: version => ({ update: { kind: 'queue', key: 'old' }, expect: version + 1 }), held: false },
    { name: 'remove where nothing is', change: () => ({ remove: { kind: 'queue', key: 'new' } }), held: true },
    {
      name: 'remove where nothing is, against a version',
      change: () => ({ remove: { kind: 'queue', key: 'new' }, expect: 1 }),
      held: false,
    },
    { name: 'remove of its version', change: version => ({ remove: { kind: 'queue', key: 'old' }, expect: version }), held: true },
    { name: 'remove of another version', change: version => ({ remove: { kind: 'queue', key: 'old' }, expect: version + 1 }), held: false },
    { name: 'change of the same key in another kind', change: () => ({ put: { kind: 'dead', key: 'old' }, expect: 'absent' }), held: true },
  ]
  for (const { name, change, held } of conditions)
    test(`a condition ${held ? 'holds' : 'is a conflict, and changes nothing'}: ${name}`, () =>
      lend(subject, async ({ store }) => {
        await put(store, { key: 'old', body: bytes('kept') })
        await commit(store, [{ update: { kind: 'queue', key: 'old', head: 'kept' } }])
        const before = await read(store, 'old')
        assert.deepEqual(await store.commit([change(before.version)]), held ? undefined : { at: 0 })
        if (!held) assert.deepEqual([await read(store, 'old'), await store.get('queue', 'new')], [before, undefined])
      }))

  test('each change sees those before it, and a conflict names the change and leaves nothing behind', () =>
    lend(subject, async ({ store }) => {
      await put(store, { key: 'kept', head: 'old' })
      const changes: readonly Change[] = [
        { put: { kind: 'queue', key: 'a' }, expect: 'absent' },
        { update: { kind: 'queue', key: 'a', head: 1 }, expect: 1 },
        { remove: { kind: 'queue', key: 'kept' }, expect: 1 },
        { put: { kind: 'queue', key: 'kept' }, expect: 'absent' },
        { remove: { kind: 'queue', key: 'a' }, expect: 1 },
      ]
      assert.deepEqual(await store.commit(changes), { at: 4 })
      assert.equal(await store.get('queue', 'a'), undefined)
      assert.deepEqual((await read(store, 'kept')).head, 'old')
      await commit(store, changes.slice(0, 4))
      assert.deepEqual([(await read(store, 'a')).version, (await read(store, 'kept')).version], [2, 1])
    }))

  test('of a hundred puts of one key that expect none, one is made', () =>
    lend(subject, async ({ store, peer = store }) => {
      const results = await Promise.all(
        Array.from({ length: 100 }, (_, index) =>
          (index % 2 === 0 ? store : peer).commit([{ put: { kind: 'mark', key: 'once', head: index }, expect: 'absent' }]),
        ),
      )
      const made = results.flatMap((conflict, index) => (conflict === undefined ? [index] : []))
      assert.equal(made.length, 1)
      assert.equal((await store.get('mark', 'once'))?.head, made[0])
    }))

  test('a change set that cannot be made spoils none of those beside it', () =>
    lend(subject, async ({ store }) => {
      await put(store, { key: 'taken' })
      const results = await Promise.allSettled(
        Array.from({ length: 30 }, (_, index) =>
          store.commit([
            { put: { kind: 'queue', key: `${index}` } },
            {
              put: { kind: 'queue', key: index % 3 === 1 ? 'taken' : `${index}+`, head: index % 3 === 2 ? 'x'.repeat(70_000) : null },
              expect: 'absent',
            },
          ]),
        ),
      )
      for (const [index, result] of results.entries()) {
        assert.equal(result.status, index % 3 === 2 ? 'rejected' : 'fulfilled')
        if (result.status === 'fulfilled') assert.deepEqual(result.value, index % 3 === 0 ? undefined : { at: 1 })
        assert.equal((await store.get('queue', `${index}`)) !== undefined, index % 3 === 0)
      }
    }))
}

function listContract(subject: StoreSubject): void {
  test('entries are listed by sequence, of a kind or a group, from where one was, in either direction, without their bodies', () =>
    lend(subject, async ({ store }) => {
      for (const key of ['1', '2', '3', '4', '5', '6'])
        await put(store, { key, group: Number(key) % 2 === 0 ? 'even' : 'odd', head: { key }, body: bytes('body') })
      await put(store, { kind: 'dead', key: 'other' })
      await put(store, { key: '2', group: 'even' })
      const all = await store.list({ kind: 'queue', limit: 100 })
      assert.deepEqual(keys(all), ['1', '3', '4', '5', '6', '2'])
      assert.deepEqual(
        all.map(entry => 'body' in entry),
        all.map(() => false),
      )
      assert.deepEqual([all[0]?.size, all[0]?.head], [4, { key: '1' }])
      assert.deepEqual(keys(await store.list({ kind: 'queue', newestFirst: true, limit: 2 })), ['2', '6'])
      assert.deepEqual(keys(await store.list({ kind: 'queue', after: all[1]?.sequence, limit: 2 })), ['4', '5'])
      assert.deepEqual(keys(await store.list({ kind: 'queue', after: all[2]?.sequence, newestFirst: true, limit: 9 })), ['3', '1'])
      assert.deepEqual(keys(await store.list({ kind: 'queue', group: 'even', limit: 9 })), ['4', '6', '2'])
      assert.deepEqual(keys(await store.list({ kind: 'queue', group: 'even', after: all[2]?.sequence, limit: 1 })), ['6'])
      assert.deepEqual(keys(await store.list({ kind: 'queue', group: 'even', newestFirst: true, limit: 2 })), ['2', '6'])
      assert.deepEqual(await store.list({ kind: 'queue', group: 'none', limit: 9 }), [])
      assert.deepEqual(keys(await store.list({ kind: 'dead', limit: 9 })), ['other'])
    }))

  test('groups are measured: how many, how many bytes, the first, and when one can be claimed', () =>
    lend(subject, async ({ store, now, pass }) => {
      assert.deepEqual(await store.measure('queue'), [])
      const later = now() + 60_000
      await put(store, { key: 'a', group: 'g', head: 'ß', body: bytes('four') })
      await put(store, { key: 'b', group: 'g', head: [1], body: bytes('seven..') })
      await put(store, { key: 'c', group: 'h', due: later })
      await put(store, { key: 'd', group: 'h', due: later + 1 })
      await put(store, { kind: 'dead', key: 'e', group: 'g' })
      const { sequence } = await read(store, 'a')
      const g = { group: 'g', count: 2, bytes: 4 + 4 + 7 + 3, oldest: sequence, nextDue: 0 }
      const h = { group: 'h', count: 2, bytes: 8, oldest: (await read(store, 'c')).sequence, nextDue: later }
      assert.deepEqual(byGroup(await store.measure('queue')), [g, h])
      assert.deepEqual(await store.measure('queue', 'h'), [h])
      assert.deepEqual(await store.measure('queue', 'none'), [])
      await commit(store, [{ update: { kind: 'queue', key: 'b', head: [1, 2, 3] } }, { remove: { kind: 'queue', key: 'c' } }])
      assert.deepEqual(byGroup(await store.measure('queue')), [
        { ...g, bytes: g.bytes + 4 },
        { ...h, count: 1, bytes: 4, oldest: (await read(store, 'd')).sequence, nextDue: later + 1 },
      ])
      await store.claim({ kind: 'queue', group: 'g', owner: 'me', leaseMs: 60_000, limit: 2, bytes: 1000 })
      assert.equal((await store.measure('queue', 'g'))[0]?.nextDue, (await read(store, 'a')).lease?.until)
      await commit(store, [{ update: { kind: 'queue', key: 'a', expires: now() + 10 } }])
      await pass(20)
      assert.deepEqual(
        (await store.measure('queue', 'g')).map(({ count, bytes }) => ({ count, bytes })),
        [{ count: 1, bytes: 7 + 7 }],
      )
      await commit(store, [{ remove: { kind: 'queue', key: 'b' } }, { remove: { kind: 'queue', key: 'd' } }])
      assert.deepEqual(await store.measure('queue'), [])
    }))

  test('when the next one can be claimed looks at the first of each lane', () =>
    lend(subject, async ({ store, now }) => {
      const later = now() + 60_000
      await put(store, { key: 'a', group: 'g', lane: 'l', due: later })
      await put(store, { key: 'b', group: 'g', lane: 'l' })
      assert.equal((await store.measure('queue', 'g'))[0]?.nextDue, later)
      await put(store, { key: 'c', group: 'g', lane: 'm' })
      assert.equal((await store.measure('queue', 'g'))[0]?.nextDue, 0)
    }))
}

function expiryContract(subject: StoreSubject): void {
  test('what is expired is not there for any call, swept or not, and its key begins anew', () =>
    lend(subject, async ({ store, now, pass }) => {
      await put(store, { key: 'a', group: 'g', head: 'old', body: bytes('old') })
      await put(store, { key: 'b', group: 'g', lane: 'l', expires: now() + 60_000 })
      await commit(store, [
        { update: { kind: 'queue', key: 'a', expires: now() + 10 } },
        { update: { kind: 'queue', key: 'b', expires: now() + 10 } },
      ])
      await pass(20)
      assert.equal(await store.get('queue', 'a'), undefined)
      assert.deepEqual(await store.list({ kind: 'queue', limit: 9 }), [])
      assert.deepEqual(await store.measure('queue'), [])
      assert.deepEqual(await claim(store, { group: 'g', limit: 9 }), [])
      assert.deepEqual(await store.commit([{ update: { kind: 'queue', key: 'a' } }]), { at: 0 })
      assert.deepEqual(await store.commit([{ remove: { kind: 'queue', key: 'a' }, expect: 2 }]), { at: 0 })
      await commit(store, [{ put: { kind: 'queue', key: 'a' }, expect: 'absent' }])
      assert.deepEqual([(await read(store, 'a')).version, (await read(store, 'a')).size], [1, 0])
    }))

  test('an expired entry ends its lease and leaves its lane to the next', () =>
    lend(subject, async ({ store, now, pass }) => {
      await put(store, { key: 'a', group: 'g', lane: 'l' })
      await put(store, { key: 'b', group: 'g', lane: 'l', expires: now() + 10 })
      await put(store, { key: 'c', group: 'g', lane: 'l' })
      await put(store, { key: 'd', group: 'g', lane: 'l', due: now() + 60_000 })
      assert.deepEqual(keys(await claim(store, { group: 'g', limit: 9 })), ['a'])
      await pass(20)
      await put(store, { key: 'a', group: 'g', lane: 'l', expires: now() + 10 })
      assert.deepEqual(keys(await claim(store, { group: 'g', limit: 9 })), ['c'])
      await pass(20)
      assert.deepEqual([...(await store.renew('queue', ['a', 'b', 'c'], 'me', 60_000))], ['c'])
      assert.deepEqual(await claim(store, { group: 'g', limit: 9 }), [])
    }))

  test('a sweep removes what is expired, at most so many, and says how many', () =>
    lend(subject, async ({ store, now, pass }) => {
      for (let index = 0; index < 5; index++)
        await put(store, { key: `${index}`, group: `${index % 2}`, expires: now() + 10, body: bytes('gone') })
      await put(store, { key: 'kept', expires: now() + 60_000, body: bytes('kept') })
      await put(store, { key: 'for ever' })
      await pass(20)
      // A store that sweeps by itself may have been first.
      const first = await store.sweep(3)
      assert.ok(first <= 3, `${first}`)
      assert.ok((await store.sweep(3)) <= 5 - first)
      assert.equal(await store.sweep(3), 0)
      assert.deepEqual(keys(await store.list({ kind: 'queue', limit: 9 })), ['kept', 'for ever'])
      assert.equal(text((await read(store, 'kept')).body), 'kept')
    }))
}

function lifeContract(subject: StoreSubject): void {
  test('what was committed is there when it is opened again: entries, bodies, leases, and a sequence that goes on', async t => {
    const opened = await subject.open()
    await using held = opened
    if (held.reopen === undefined) return t.skip('nothing survives here')
    const { store, now } = held
    await put(store, { key: 'a', group: 'g', lane: 'l', head: { a: 'ß' }, expires: now() + 60_000, body: bytes('body') })
    await put(store, { key: 'b', group: 'g', lane: 'l' })
    await claim(store, { group: 'g' })
    const before = await read(store, 'a')
    const last = await read(store, 'b')
    const measured = await store.measure('queue')
    await commit(store, [{ put: { kind: 'queue', key: 'c' } }, { remove: { kind: 'queue', key: 'c' } }])
    const again = await held.reopen()
    assert.deepEqual(await read(again, 'a'), before)
    assert.deepEqual(await again.measure('queue'), measured)
    assert.deepEqual(await claim(again, { group: 'g', limit: 9 }), [])
    await put(again, { key: 'd' })
    assert.ok((await read(again, 'd')).sequence > last.sequence + 1, 'a sequence was given twice')
  })

  test('a closed store rejects every call, and closes again', () =>
    lend(subject, async ({ store }) => {
      await put(store, { key: 'a' })
      await store.close()
      await store.close()
      const calls = [
        () => store.commit([{ put: { kind: 'queue', key: 'b' } }]),
        () => store.get('queue', 'a'),
        () => store.list({ kind: 'queue', limit: 1 }),
        () => claim(store, {}),
        () => store.renew('queue', ['a'], 'me', 1000),
        () => store.measure('queue'),
        () => store.sweep(1),
      ]
      for (const call of calls) await assert.rejects(call(), { code: 'STORE', retry: 'safe' })
    }))

  test('a close waits for what was asked before it', () =>
    lend(subject, async ({ store }) => {
      const open = Promise.all(Array.from({ length: 50 }, (_, index) => store.commit([{ put: { kind: 'queue', key: `${index}` } }])))
      await store.close()
      assert.deepEqual(new Set(await open), new Set([undefined]))
    }))
}

const facts = async (store: Store, key: string): Promise<unknown> => {
  const { sequence: _, body, ...rest } = await read(store, key)
  return { ...rest, body: text(body) }
}

const byGroup = <T extends { readonly group: string }>(measures: readonly T[]): readonly T[] =>
  [...measures].sort((a, b) => (a.group < b.group ? -1 : 1))
