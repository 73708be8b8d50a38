import { randomUUID } from 'node:crypto'
import { after, before, describe } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import postgres, { type Sql } from 'postgres'
import { secretUrl } from '../../engine/core/secret.ts'
import { PostgresStore } from '../../engine/store/postgres/postgres.ts'
import { storeModel } from '../contract/store-model.ts'
import type { StoreSubject } from '../contract/store-subject.ts'
import { testClock } from '../support/host.ts'
import { type PostgresServer, startPostgres, withoutPostgres } from '../support/postgres.ts'
import { startProxy } from '../support/proxy.ts'

/** Each step is a way to the server and back; `npm run test:store` takes a hundred times as many. */
const runs = Math.ceil(Number(process.env.STORE_RUNS ?? 1000) / 10)

describe('a store in PostgreSQL', { skip: withoutPostgres() ?? false }, () => {
  let server: PostgresServer
  let sql: Sql
  before(async () => {
    server = await startPostgres()
    sql = postgres(server.url, { max: 1, onnotice: () => {} })
  })
  after(async () => {
    await sql?.end()
    await server?.stop()
  })

  storeModel('postgres', clockless(), { runs, clock: 'moved' })

  /** Its clock is moved by hand. A crash cuts its connections amid whatever they do. */
  function clockless(): StoreSubject {
    return {
      open: async () => {
        const schema = `test_${randomUUID().replaceAll('-', '')}`
        const proxy = await startProxy(server.port)
        const url = secretUrl(`${server.url.replace(`:${server.port}`, `:${proxy.port}`)}?schema=${schema}`)
        const clock = testClock()
        let store = new PostgresStore(url)
        await store.open()
        await sql.unsafe(`create table ${schema}.clock as select ${clock.now()}::bigint as ms`)
        await sql.unsafe(
          `create or replace function ${schema}.now_ms() returns bigint language sql stable as 'select ms from ${schema}.clock'`,
        )
        return {
          store,
          now: clock.now,
          pass: async ms => {
            clock.move(ms)
            await sql.unsafe(`update ${schema}.clock set ms = ${clock.now()}`)
          },
          reopen: async () => {
            await store.close()
            store = new PostgresStore(url)
            return store
          },
          crash: async () => {
            const sessions = await sql<{ pid: number }[]>`select pid from pg_stat_activity where application_name = 'sluice'`
            proxy.cut()
            // What they had begun is over when they are gone.
            const pids = sessions.map(({ pid }) => pid)
            while ((await sql`select from pg_stat_activity where pid = any(${pids})`).length > 0) await setTimeout(2)
          },
          [Symbol.asyncDispose]: async () => {
            await store.close()
            await proxy[Symbol.asyncDispose]()
          },
        }
      },
    }
  }
})
