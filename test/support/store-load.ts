import assert from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import { SluiceError } from '../../engine/core/errors.ts'
import type { Change, Store } from '../../engine/core/store.ts'

/** Writers that put entries and workers that claim, remove and so finish them, over stores that may fail at any moment; and their books. */
export interface StoreLoad {
  /** How many commits were acknowledged so far. */
  readonly acknowledged: number
  /** How many calls were rejected so far. */
  readonly rejected: number
  /** Resolves when the next entry is put; rejects where none is for 20 s. */
  progress(): Promise<void>
  /** Ends it where it stands, for a test that failed. */
  stop(): void
  /** Ends the writers, lets the workers finish what is there, and balances the books. */
  finish(): Promise<void>
}

export function startStoreLoad(stores: readonly Store[]): StoreLoad {
  const put = new Map<string, Outcome>()
  const finished = new Map<string, Outcome[]>()
  const wrong: string[] = []
  const waiting = new Set<() => void>()
  let [acknowledged, rejected] = [0, 0]
  let isWriting = true
  let isWorking = true

  const commit = async (store: Store, changes: readonly Change[]): Promise<Outcome> => {
    const outcome = await store.commit(changes).then(conflict => (conflict === undefined ? 'made' : 'conflict'), toOutcome)
    if (outcome === 'made') acknowledged++
    if (outcome === 'safe' || outcome === 'unsafe') {
      rejected++
      // A client that is refused does not ask again at once.
      await setTimeout(10)
    }
    return outcome
  }
  const toOutcome = (error: unknown): Outcome => {
    if (!(error instanceof SluiceError) || error.code !== 'STORE' || error.retry === 'never') wrong.push(String(error))
    return error instanceof SluiceError && error.retry === 'unsafe' ? 'unsafe' : 'safe'
  }
  const write = async (store: Store, writer: number): Promise<void> => {
    for (let count = 0; isWriting; count++) {
      const key = `${writer}/${count}`
      const lane = count % 2 === 0 ? '' : `${writer}`
      const outcome = await commit(store, [
        { put: { kind: 'queue', key, group: 'load', lane, head: { count }, body: Buffer.from(key) }, expect: 'absent' },
      ])
      if (outcome === 'conflict') wrong.push(`${key} was there before it was put`)
      put.set(key, outcome)
      if (outcome === 'made') for (const look of [...waiting]) look()
    }
  }
  const work = async (store: Store, owner: string): Promise<void> => {
    while (isWorking) {
      const claimed = await store.claim({ kind: 'queue', group: 'load', owner, leaseMs: 1500, limit: 5, bytes: 1e6 }).catch(() => {
        rejected++
        return []
      })
      if (claimed.length === 0) await setTimeout(10)
      for (const { key, version, body } of claimed) {
        if (Buffer.from(body).toString() !== key) wrong.push(`${key} came back as something else`)
        const outcome = await commit(store, [{ remove: { kind: 'queue', key }, expect: version }])
        finished.set(key, [...(finished.get(key) ?? []), outcome])
      }
    }
  }
  const writers = [...stores, ...stores, ...stores].map((store, index) => write(store, index))
  const workers = stores.map((store, index) => work(store, `worker ${index}`))

  return {
    get acknowledged() {
      return acknowledged
    },
    get rejected() {
      return rejected
    },
    progress: () =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          waiting.delete(look)
          globalThis.clearTimeout(late)
          resolve()
        }
        const late = globalThis.setTimeout(() => reject(new Error('nothing is put any more')), 20_000)
        waiting.add(look)
      }),
    stop: () => {
      isWriting = false
      isWorking = false
    },
    finish: async () => {
      isWriting = false
      await Promise.all(writers)
      const [store] = stores
      assert.ok(store !== undefined)
      const isEmpty = (): Promise<boolean> =>
        store.measure('queue', 'load').then(
          ({ length }) => length === 0,
          () => false,
        )
      const deadline = performance.now() + 60_000
      while (!(await isEmpty())) {
        assert.ok(performance.now() < deadline, 'entries are left')
        await setTimeout(20)
      }
      isWorking = false
      await Promise.all(workers)
      assert.deepEqual(wrong, [])
      assert.deepEqual(balance(put, finished), [])
    },
  }
}

/** How a commit ended: `safe` and `unsafe` are rejections that said so. */
type Outcome = 'made' | 'conflict' | 'safe' | 'unsafe'

/** What is wrong with the books, when nothing is left in the store. */
export function balance(put: ReadonlyMap<string, Outcome>, finished: ReadonlyMap<string, readonly Outcome[]>): readonly string[] {
  const faults: string[] = []
  for (const [key, outcome] of put) {
    const ends = finished.get(key) ?? []
    if (outcome === 'made' && !ends.some(end => end === 'made' || end === 'unsafe')) faults.push(`${key} was acknowledged, and is lost`)
    if (outcome === 'safe' && ends.length > 0) faults.push(`${key} was refused as not kept, and was kept`)
    if (ends.filter(end => end === 'made').length > 1) faults.push(`${key} was finished twice`)
  }
  for (const key of finished.keys()) if (!put.has(key)) faults.push(`${key} was never put`)
  return faults
}
