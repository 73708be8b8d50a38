import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Change, Store, StoreKind } from '../../engine/core/store.ts'
import { type Kept, type Made, reference } from './store-reference.ts'
import { type Planned, type Step, steps } from './store-steps.ts'
import type { OpenStore, StoreSubject } from './store-subject.ts'

export interface ModelOptions {
  /** Sequences of steps. */
  readonly runs: number
  /** Whether `pass` moves the store's clock, exactly; where not, nothing becomes due or expires. */
  readonly clock: 'moved' | 'real'
}

/** Any sequence of calls gives what a small reference gives; what a crash interrupted was done as a whole or not at all. */
export function storeModel(name: string, subject: StoreSubject, { runs, clock }: ModelOptions): void {
  test(`${name}: ${runs} sequences of calls give what the reference gives`, async () => {
    await using opened = await subject.open()
    const world = new World(opened)
    await fc.assert(
      fc.asyncProperty(steps(clock, opened.crash !== undefined), async sequence => {
        await world.clear()
        for (const step of sequence) await world.take(step)
        await world.compare()
      }),
      { numRuns: runs, ...(process.env.STORE_SEED !== undefined && { seed: Number(process.env.STORE_SEED) }) },
    )
  })
}

const kinds: readonly StoreKind[] = ['queue', 'mark']

/** A store and what is to be true of it. */
class World {
  readonly #opened: OpenStore
  #store: Store
  #all: readonly Kept[] = []

  constructor(opened: OpenStore) {
    this.#opened = opened
    this.#store = opened.store
  }

  /** Every sequence begins with nothing, in the same store. */
  async clear(): Promise<void> {
    while ((await this.#store.sweep(1000)) > 0);
    for (const kind of kinds) {
      const changes: Change[] = (await this.#store.list({ kind, limit: 1000 })).map(({ key }) => ({ remove: { kind, key } }))
      if (changes.length > 0) assert.equal(await this.#store.commit(changes), undefined)
    }
    this.#all = []
  }

  async take(step: Step): Promise<void> {
    const now = this.#opened.now()
    switch (step.do) {
      case 'commit': {
        // The versions that are expected are those before all of the sets, which come at the same time.
        const sets = step.sets.map(set => this.#made(set, now))
        const results = await Promise.all(sets.map(set => this.#store.commit(set.map(toChange))))
        for (const [index, set] of sets.entries()) assert.deepEqual(results[index], this.#apply(set, now))
        return
      }
      case 'crash':
        return await this.#interrupt(step, now)
      case 'claim': {
        const { kind, group, owner, leaseMs, limit, bytes } = step
        const claimed = await this.#store.claim({ kind, group, owner, leaseMs, limit, bytes })
        const want = withinBytes(reference.claimable(this.#all, now, kind, group).slice(0, limit), bytes)
        this.#all = this.#all.map(entry =>
          want.includes(entry) ? { ...entry, version: entry.version + 1, lease: { owner, until: now + leaseMs } } : entry,
        )
        const after = want.map(({ key }) => reference.find(this.#all, now, kind, key))
        assert.deepEqual(
          claimed.map(entry => this.#seen(entry, Buffer.from(entry.body).toString())),
          after.map(entry => entry && this.#seen(entry, entry.body)),
        )
        return
      }
      case 'renew': {
        const { kind, keys, owner, leaseMs } = step
        const held = keys.filter(key => reference.find(this.#all, now, kind, key)?.lease?.owner === owner)
        assert.deepEqual(await this.#store.renew(kind, keys, owner, leaseMs), new Set(held))
        this.#all = this.#all.map(entry =>
          entry.kind === kind && held.includes(entry.key) ? { ...entry, lease: { owner, until: now + leaseMs } } : entry,
        )
        return
      }
      case 'list':
        return await this.#list(step, now)
      case 'sweep': {
        const swept = await this.#store.sweep(step.limit)
        assert.ok(swept <= step.limit)
        return
      }
      case 'pass':
        return await this.#opened.pass(step.ms)
      case 'reopen':
        this.#store = (await this.#opened.reopen?.()) ?? this.#store
        return
    }
  }

  /** All that can be seen of the store. */
  async compare(): Promise<void> {
    assert.deepEqual(await this.#look(), await this.#wanted(this.#all))
  }

  #made(set: readonly Planned[], now: number): readonly Made[] {
    return set.map(({ expect, facts, ...rest }) => {
      const version = reference.find(this.#all, now, rest.kind, rest.key)?.version
      const times = {
        ...(facts.due !== undefined && { due: facts.due === 0 ? 0 : now + facts.due }),
        ...('expires' in facts && { expires: facts.expires === undefined ? undefined : now + facts.expires }),
      }
      return {
        ...rest,
        facts: { ...facts, ...times },
        expect: expect === 'same' ? (version ?? 1) : expect === 'other' ? (version ?? 0) + 1 : expect,
      }
    })
  }

  #apply(set: readonly Made[], now: number): { readonly at: number } | undefined {
    const { all, conflict } = reference.commit(this.#all, now, set)
    this.#all = all
    return conflict
  }

  /** Each set was answered and is there, or is there as a whole, or is not: whatever the crash met. */
  async #interrupt({ sets: planned, turns }: Extract<Step, { do: 'crash' }>, now: number): Promise<void> {
    const sets = planned.map(set => this.#made(set, now))
    const asked = Promise.allSettled(sets.map(set => this.#store.commit(set.map(toChange))))
    for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate)
    await this.#opened.crash?.()
    const results = await asked
    this.#store = (await this.#opened.reopen?.()) ?? this.#store
    // Those that were not answered may have been made, from the first on.
    let possible: (readonly Kept[])[] = [this.#all]
    for (const [index, set] of sets.entries()) {
      const result = results[index]
      possible = possible.flatMap(all => {
        const made = reference.commit(all, now, set).all
        return result?.status === 'fulfilled' ? [made] : [all, made]
      })
    }
    const look = JSON.stringify(await this.#look())
    const wanted = await Promise.all(possible.map(async all => JSON.stringify(await this.#wanted(all))))
    const found = possible[wanted.indexOf(look)]
    assert.ok(found !== undefined, `after the crash there is ${look}, and none of\n${wanted.join('\n')}`)
    this.#all = found
  }

  async #list({ kind, group, from, newestFirst, limit }: Extract<Step, { do: 'list' }>, now: number): Promise<void> {
    const all = reference.there(this.#all, now).filter(entry => entry.kind === kind)
    const start = from === undefined ? undefined : all[from]
    const after = start && (await this.#store.get(kind, start.key))?.sequence
    const listed = await this.#store.list({ kind, group, after, newestFirst, limit })
    const beyond = start === undefined ? all : newestFirst ? all.slice(0, from) : all.slice((from ?? 0) + 1)
    const mine = beyond.filter(entry => group === undefined || entry.group === group)
    const want = (newestFirst ? [...mine].reverse() : mine).slice(0, limit)
    assert.deepEqual(
      listed.map(({ key }) => key),
      want.map(({ key }) => key),
    )
  }

  async #look(): Promise<unknown> {
    const looks = kinds.map(async kind => {
      const entries = await this.#store.list({ kind, limit: 1000 })
      const full = await Promise.all(entries.map(({ key }) => this.#store.get(kind, key)))
      const measured = [...(await this.#store.measure(kind))].sort((a, b) => (a.group < b.group ? -1 : 1))
      assert.deepEqual(
        measured.map(({ group, oldest }) => [group, oldest]),
        measured.map(({ group }) => [group, entries.find(entry => entry.group === group)?.sequence]),
      )
      return [
        full.map(entry => entry && this.#seen(entry, Buffer.from(entry.body).toString())),
        measured.map(({ oldest: _, ...rest }) => rest),
      ]
    })
    return await Promise.all(looks)
  }

  async #wanted(all: readonly Kept[]): Promise<unknown> {
    const now = this.#opened.now()
    const there = reference.there(all, now)
    return kinds.map(kind => [
      there.filter(entry => entry.kind === kind).map(entry => this.#seen(entry, entry.body)),
      reference.measure(all, now, kind),
    ])
  }

  #seen({ kind, key, group, lane, due, expires, version, lease, head }: Omit<Kept, 'body'>, body: string): Kept {
    return { kind, key, group, lane, due, expires, version, lease, head, body }
  }
}

function toChange({ do: verb, kind, key, facts, expect }: Made): Change {
  const { body, ...rest } = facts
  if (verb === 'remove') return { remove: { kind, key }, expect }
  if (verb === 'update') return { update: { kind, key, ...rest }, expect }
  return { put: { kind, key, ...rest, ...(body !== undefined && { body: Buffer.from(body) }) }, expect }
}

function withinBytes(entries: readonly Kept[], bytes: number): readonly Kept[] {
  let sum = 0
  const end = entries.findIndex(({ body }, index) => {
    sum += Buffer.byteLength(body)
    return index > 0 && sum > bytes
  })
  return end === -1 ? entries : entries.slice(0, end)
}
