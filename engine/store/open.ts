import { join } from 'node:path'
import { SluiceError } from '../core/errors.ts'
import type { Clock } from '../core/ports.ts'
import type { Secret } from '../core/secret.ts'
import type { Store } from '../core/store.ts'
import { isPostgres } from './postgres/address.ts'

export interface StoreOptions {
  /** The folder of data. */
  readonly data: string
  /** Who uses it, for whoever finds it in use. */
  readonly holder: string
  readonly clock: Clock
}

/**
 * The store that SLUICE_STORE names: `sqlite`, a file in the folder of data; `memory`, which survives nothing; `postgres://…`, shared by nodes.
 * Only its client is loaded. Neither file nor thread is opened before the first use; a database that is shared is connected to at once, and waited for
 * two seconds at most, since the version of its schema is known by nothing else. Rejects with STORE for what waiting will not cure: an unknown name, a schema of a newer version.
 */
export async function openStore(url: Secret, options: StoreOptions): Promise<Store> {
  const address = url.reveal()
  if (address === 'memory') {
    const { MemoryStore } = await import('./memory.ts')
    return new MemoryStore(options.clock)
  }
  if (address === 'sqlite') {
    const { openSqlite } = await import('./sqlite/sqlite.ts')
    return openSqlite({ file: join(options.data, 'sluice.db'), holder: options.holder, clock: options.clock })
  }
  if (isPostgres(address)) {
    const { PostgresStore } = await import('./postgres/postgres.ts')
    const store = new PostgresStore(url)
    await store.open()
    return store
  }
  throw new SluiceError('STORE', `opening the store ${url}: there is none of that name`, { retry: 'never' })
}
