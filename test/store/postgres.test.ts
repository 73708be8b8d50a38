import { randomUUID } from 'node:crypto'
import { after, before, describe } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { secretUrl } from '../../engine/core/secret.ts'
import { PostgresStore } from '../../engine/store/postgres/postgres.ts'
import { storeContract } from '../contract/store.ts'
import { type PostgresServer, startPostgres, withoutPostgres } from '../support/postgres.ts'

const missing = withoutPostgres()

describe('a store in PostgreSQL', { skip: missing ?? false }, () => {
  let server: PostgresServer
  before(async () => {
    server = await startPostgres()
  })
  after(() => server.stop())

  storeContract('postgres', {
    open: async () => {
      const url = secretUrl(`${server.url}?schema=test_${randomUUID().replaceAll('-', '')}`)
      const stores: PostgresStore[] = []
      const open = (): PostgresStore => {
        const store = new PostgresStore(url)
        stores.push(store)
        return store
      }
      const store = open()
      return {
        store,
        peer: open(),
        now: Date.now,
        // The clock is the server's: it is waited for.
        pass: async ms => await setTimeout(ms),
        reopen: async () => {
          await store.close()
          return open()
        },
        [Symbol.asyncDispose]: async () => {
          await Promise.all(stores.map(one => one.close()))
        },
      }
    },
  })
})
