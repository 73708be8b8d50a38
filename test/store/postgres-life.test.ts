import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { inspect } from 'node:util'
import postgres, { type Sql } from 'postgres'
import type { Status } from '../../engine/core/ports.ts'
import { secretUrl } from '../../engine/core/secret.ts'
import { PostgresStore } from '../../engine/store/postgres/postgres.ts'
import { type PostgresServer, startPostgres, withoutPostgres } from '../support/postgres.ts'

/** `npm run test:store` takes a million. */
const rows = Number(process.env.STORE_ROWS ?? 60_000)

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
  const open = (schema: string): PostgresStore => new PostgresStore(secretUrl(`${server.url}?schema=${schema}`))

  test('nodes that begin together make one schema', async () => {
    const stores = Array.from({ length: 5 }, () => open('together'))
    await Promise.all(stores.map((store, index) => store.commit([{ put: { kind: 'fact', key: `${index}` } }])))
    assert.equal((await stores[0]?.list({ kind: 'fact', limit: 9 }))?.length, 5)
    assert.deepEqual(await sql`select number from together.version`.then(found => found.map(({ number }) => number)), [1])
    await Promise.all(stores.map(store => store.close()))
  })

  test('a schema of a newer program is refused with both versions, and left as it is', async () => {
    const older = open('newer')
    await older.commit([{ put: { kind: 'fact', key: 'a' } }])
    await older.close()
    await sql`insert into newer.version (number) values (99)`
    const store = open('newer')
    const statuses: Status[] = []
    store.watch(status => statuses.push(status))
    const refusal = {
      code: 'STORE',
      retry: 'never',
      message: /its schema "newer" has version 99, and this program knows up to 1: start the newer one/,
    }
    await assert.rejects(store.get('fact', 'a'), refusal)
    await assert.rejects(store.open(), refusal)
    assert.equal(statuses.at(-1)?.state, 'failed')
    await store.close()
  })

  test('a wrong password is a status that somebody must cure, and no password is ever said', async () => {
    const store = new PostgresStore(secretUrl(`${server.url.replace('open-sesame', 'other-word')}?schema=locked`))
    const said: unknown[] = [store.name]
    store.watch(status => said.push(status))
    await assert.rejects(store.commit([{ put: { kind: 'fact', key: 'a' } }]), error => {
      said.push(error)
      return error instanceof Error && 'retry' in error && error.retry === 'safe' && /password authentication failed/.test(error.message)
    })
    const last = said.at(-2)
    assert.ok(typeof last === 'object' && last !== null && 'state' in last && last.state === 'failed', inspect(last))
    assert.doesNotMatch(inspect(said, { depth: 9, showHidden: true }), /other-word|open-sesame/)
    await store.close()
  })

  const addresses: readonly { url: string; says: RegExp }[] = [
    { url: 'postgres://:', says: /write postgres:\/\/user:password@host:5432\/database/ },
    { url: 'postgres://u:open-sesame@h', says: /it needs a user, a host and a database/ },
    { url: 'postgres://u:open-sesame@h/d?schema=A-b', says: /a schema is named by small letters, digits and _/ },
    { url: 'postgres://u:open-sesame@h/d?sslmode=prefer', says: /sslmode is disable, require or verify-full/ },
    { url: 'postgres://u:open-sesame@h/d?options=-c', says: /"options" is not known, only schema and sslmode are/ },
  ]
  for (const { url, says } of addresses)
    test(`an address that cannot be used is refused: ${url.replace('open-sesame', '***')}`, () => {
      assert.throws(
        () => new PostgresStore(secretUrl(url)),
        (error: unknown) => error instanceof Error && says.test(error.message) && !error.message.includes('open-sesame'),
      )
    })

  test('nothing of a failed statement is kept in its error: neither bodies nor keys', async () => {
    const store = open('silent')
    await store.open()
    await sql`alter table silent.entry add constraint small check (octet_length(body) < 10)`
    const change = { put: { kind: 'fact', key: 'a', head: 'private head', body: Buffer.from('private body') } } as const
    await assert.rejects(store.commit([change]), error => !/private|70726976617465/.test(inspect(error, { depth: 9, showHidden: true })))
    // What goes beside it is kept.
    const results = await Promise.allSettled([store.commit([{ put: { kind: 'fact', key: 'b' } }]), store.commit([change])])
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected'],
    )
    await store.close()
  })

  test('a claim reads few pages of many rows: a lane that is worked on, rows that are not due, rows that wait', async () => {
    const store = open('many')
    await store.open()
    const later = Date.now() + 3_600_000
    // One long lane whose first is leased, then what is not due, then what can be claimed.
    await sql.unsafe(`
      insert into many.entry
      select 'queue', 'k' || i, 'g', case when i % 3 = 0 then 'long' else '' end, i, case when i % 3 = 1 then ${later} else 0 end, null, 1,
        case when i = 3 then 'other' end, case when i = 3 then ${later} end, 'null', '', i % 3 > 0 or i = 3,
        case when i % 3 = 1 or i = 3 then ${later} else 0 end, i % 3 = 1 or i = 3
      from generate_series(1, ${rows}) as i`)
    await sql.unsafe(`insert into many.tally values ('queue', 'g', ${rows}, ${rows * 4})`)
    await sql.unsafe("select setval('many.entry_sequence', (select max(sequence) from many.entry))")
    const claimed = await store.claim({ kind: 'queue', group: 'g', owner: 'me', leaseMs: 60_000, limit: 20, bytes: 1000 })
    assert.deepEqual(
      claimed.map(({ key }) => key),
      Array.from({ length: 20 }, (_, index) => `k${index * 3 + 2}`),
    )
    const calls = ["claim_entries('queue', 'g', 'me', 60000, 5, 1000)", "measure_groups('queue', 'g')", 'sweep_expired(100)']
    await sql.begin(async transaction => {
      // As the store's own connections have it.
      await transaction.unsafe(`set local search_path = many; set local enable_seqscan = off; set local enable_bitmapscan = off;
        set local enable_sort = off; set local plan_cache_mode = force_generic_plan`)
      for (const call of calls) {
        await transaction.unsafe(`select * from ${call}`)
        const [row] = await transaction.unsafe(`explain (analyze, buffers, format json) select * from ${call}`)
        const pages = row?.['QUERY PLAN'][0].Plan['Shared Hit Blocks'] + row?.['QUERY PLAN'][0].Plan['Shared Read Blocks']
        assert.ok(pages < 300, `${call} read ${pages} pages`)
      }
    })
    await store.close()
  })
})
