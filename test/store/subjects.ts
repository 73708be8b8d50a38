import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Worker } from 'node:worker_threads'
import { MemoryStore } from '../../engine/store/memory.ts'
import { SqliteStore } from '../../engine/store/sqlite/sqlite.ts'
import type { StoreSubject } from '../contract/store-subject.ts'
import { scratch } from '../support/gateway.ts'
import { testClock } from '../support/host.ts'

export const memorySubject: StoreSubject = {
  open: async () => {
    const clock = testClock()
    const store = new MemoryStore(clock)
    return { store, now: clock.now, pass: async ms => clock.move(ms), [Symbol.asyncDispose]: () => store.close() }
  },
}

// A thread takes longer to read its modules than to do what is asked of it, and each reopening is a new one.
process.env['NODE_COMPILE_CACHE'] ??= join(tmpdir(), 'node-compile-cache')

/** A crash ends its thread amid whatever it does. */
export const sqliteSubject: StoreSubject = {
  open: async () => {
    const { folder, remove } = await scratch()
    const clock = testClock()
    let thread: Worker | undefined
    const note = (worker: Worker): void => {
      thread = worker
      worker.once('exit', () => {
        if (thread === worker) thread = undefined
      })
    }
    process.on('worker', note)
    const open = (): SqliteStore => new SqliteStore({ file: join(folder, 'sluice.db'), holder: 'the test', clock })
    let store = open()
    return {
      store,
      now: clock.now,
      pass: async ms => clock.move(ms),
      reopen: async () => {
        await store.close()
        store = open()
        return store
      },
      crash: async () => {
        // Of a thread that has just begun it is told in the next tick.
        await new Promise<void>(resolve => process.nextTick(resolve))
        if (thread === undefined) return
        const gone = once(thread, 'exit')
        await thread.terminate()
        await gone
      },
      [Symbol.asyncDispose]: async () => {
        process.off('worker', note)
        await store.close()
        await remove()
      },
    }
  },
}
