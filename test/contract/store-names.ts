import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json } from '../../engine/core/message.ts'
import type { Change } from '../../engine/core/store.ts'
import { naughty } from '../support/naughty.ts'
import { bytes, claim, commit, keys, lend, put, read, type StoreSubject } from './store-subject.ts'

/** What may be a name, a head, a body: it comes back as it was, or is refused; never as something else. */
export function namesContract(subject: StoreSubject): void {
  test('naughty names are kept apart and come back as they were, as key, group and lane', () =>
    lend(subject, async ({ store }) => {
      const names = [
        ...new Set([
          ...naughty,
          "'; DROP TABLE entries; --",
          '%',
          '_',
          '\\',
          'a/../b',
          'ﬁ',
          'ä',
          'a\u0308',
          'A',
          'a',
          '😀',
          'x'.repeat(512),
        ]),
      ].filter(name => name.length <= 512 && name.isWellFormed() && !name.includes('\0') && name !== '')
      for (const name of names) await put(store, { key: name, group: name, lane: name, head: name, body: bytes(name) })
      const all = await store.list({ kind: 'queue', limit: 1000 })
      assert.deepEqual(
        all.map(({ key, group, lane, head }) => [key, group, lane, head]),
        names.map(name => [name, name, name, name]),
      )
      for (const name of names) assert.deepEqual(keys(await claim(store, { group: name, limit: 9, owner: name })), [name])
      assert.deepEqual(await store.renew('queue', names, 'nobody', 1000), new Set())
      for (const name of names) assert.deepEqual(await store.renew('queue', [name], name, 60_000), new Set([name]))
      assert.deepEqual(new Set((await store.measure('queue')).map(({ group }) => group)), new Set(names))
    }))

  const bad: readonly { name: string; change: Change }[] = [
    { name: 'a key of 513 characters', change: { put: { kind: 'queue', key: 'x'.repeat(513) } } },
    { name: 'a key with a NUL', change: { put: { kind: 'queue', key: 'a\0b' } } },
    { name: 'a key with half a surrogate pair', change: { put: { kind: 'queue', key: 'a\ud83d' } } },
    { name: 'a group with a NUL', change: { put: { kind: 'queue', key: 'a', group: '\0' } } },
    { name: 'a lane of 513 characters', change: { put: { kind: 'queue', key: 'a', lane: 'x'.repeat(513) } } },
    { name: 'a head above 64 kB', change: { put: { kind: 'queue', key: 'a', head: 'x'.repeat(64 * 1024 - 1) } } },
    { name: 'a head above 64 kB of few characters', change: { update: { kind: 'queue', key: 'kept', head: '€'.repeat(22_000) } } },
    { name: 'a due that is no whole millisecond', change: { put: { kind: 'queue', key: 'a', due: 1.5 } } },
    { name: 'an expiry that is no number', change: { update: { kind: 'queue', key: 'kept', expires: Number.NaN } } },
  ]
  for (const { name, change } of bad)
    test(`refused for good, with all that was to be changed with it: ${name}`, () =>
      lend(subject, async ({ store }) => {
        await put(store, { key: 'kept' })
        const before = await store.list({ kind: 'queue', limit: 9 })
        await assert.rejects(store.commit([{ put: { kind: 'queue', key: 'beside' } }, change]), { code: 'STORE', retry: 'never' })
        assert.deepEqual(await store.list({ kind: 'queue', limit: 9 }), before)
      }))

  const heads: readonly { name: string; head: Json }[] = [
    { name: 'of 64 kB', head: 'x'.repeat(64 * 1024 - 2) },
    { name: 'with a NUL and half a surrogate pair', head: { text: 'a\0b\ud83d', '\0': [] } },
    { name: 'with numbers', head: [0, 1.5, 1e300, 2 ** 53, Number.MIN_VALUE] },
    { name: 'with the names of prototypes', head: JSON.parse('{"__proto__":{"a":1},"constructor":2}') },
    { name: 'of nothing', head: [null, '', {}, [], false] },
  ]
  for (const { name, head } of heads)
    test(`a head comes back as it was: ${name}`, () =>
      lend(subject, async ({ store }) => {
        await put(store, { key: 'a', head })
        assert.deepEqual((await read(store, 'a')).head, head)
        await commit(store, [{ update: { kind: 'queue', key: 'a', head: null } }, { update: { kind: 'queue', key: 'a', head } }])
        assert.deepEqual((await store.list({ kind: 'queue', limit: 1 }))[0]?.head, head)
      }))

  test('every byte comes back as it was, in bodies of any size, whatever lies around them in memory', () =>
    lend(subject, async ({ store }) => {
      const all = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 7 + (index >> 8)) % 256)
      const sizes = [0, 1, 255, 256, 4096, 65_537, 299_000]
      await Promise.all(sizes.map(size => put(store, { key: `${size}`, group: 'g', body: all.subarray(3, 3 + size) })))
      for (const size of sizes) {
        const { body, size: said } = await read(store, `${size}`)
        assert.equal(said, size)
        assert.ok(Buffer.from(body).equals(all.subarray(3, 3 + size)), `${size} bytes`)
      }
      for (const { key, body } of await claim(store, { group: 'g', limit: 9, bytes: 1e9 }))
        assert.ok(Buffer.from(body).equals(all.subarray(3, 3 + Number(key))), `${key} bytes claimed`)
    }))
}
