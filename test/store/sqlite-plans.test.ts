import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { test } from 'node:test'
import { openDatabase } from '../../engine/store/sqlite/database.ts'
import { prepareEntries } from '../../engine/store/sqlite/entries.ts'
import { readMigrations } from '../../engine/store/sqlite/migrate.ts'
import { scratch } from '../support/gateway.ts'

test('every statement on entries finds its rows by an index, and none sorts', async () => {
  using opened = await open()
  const { database } = opened
  const seen: string[] = []
  const listening = new Proxy(database, {
    get: (target, name) =>
      name === 'prepare'
        ? (sql: string): StatementSync => {
            seen.push(sql)
            return target.prepare(sql)
          }
        : Reflect.get(target, name, target),
  })
  prepareEntries(listening)
  const statements = seen.filter(sql => /^(SELECT|UPDATE|DELETE)/.test(sql) && !/\bstate\b/.test(sql))
  assert.ok(statements.length > 15, `${statements.length}`)
  for (const sql of statements) {
    const plan = database
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map(({ detail }) => String(detail))
    const slow = plan.filter(line => (/^SCAN/.test(line) && line !== 'SCAN totals') || /TEMP B-TREE/.test(line))
    assert.deepEqual(slow, [], `${sql}\n${plan.join('\n')}`)
  }
  assert.match(
    String(database.prepare(`EXPLAIN QUERY PLAN SELECT * FROM entries WHERE due = 1`).get()?.detail),
    /^SCAN/,
    'the check sees nothing',
  )
})

const rows = Number(process.env.STORE_ROWS ?? 100_000)

test(`a claim costs the same with ${rows} entries behind the first of a lane, not due, or in others' hands, as with none`, async () => {
  using opened = await open()
  const { database } = opened
  const entries = prepareEntries(database)
  const now = Date.now()
  const claim = (group: string): unknown => {
    database.exec('BEGIN')
    const claimed = entries.answer(
      { ask: 'claim', options: { kind: 'queue', group, owner: 'me', leaseMs: 60_000, limit: 1, bytes: 1000 } },
      new ArrayBuffer(0),
      now,
    )
    database.exec('ROLLBACK')
    return claimed
  }
  const few = median(() => claim('few'))
  fill(database, { group: 'few', count: 1 })
  fill(database, { group: 'strict', lane: 'one', count: rows, leased: 1 })
  fill(database, { group: 'later', count: rows, available: now + 60_000 })
  fill(database, { group: 'leased', count: rows, leased: rows })
  fill(database, { group: 'many', count: rows })
  for (const group of ['strict', 'later', 'leased']) assert.deepEqual(claim(group), [], group)
  assert.equal((claim('many') as readonly unknown[]).length, 1)
  for (const group of ['strict', 'later', 'leased', 'many']) {
    const cost = median(() => claim(group))
    assert.ok(cost < 10 * few + 1, `${group}: ${cost} ms, and ${few} ms where nothing is`)
  }
})

interface Fill {
  readonly group: string
  readonly count: number
  readonly lane?: string
  readonly available?: number
  /** How many of the first are in somebody's hands. */
  readonly leased?: number
}

function fill(database: DatabaseSync, { group, count, lane = '', available = 0, leased = 0 }: Fill): void {
  const until = Date.now() + 60_000
  const [first = 0] = Object.values(database.prepare('SELECT coalesce(max(sequence), 0) + 1 FROM entries').get() ?? {}).map(Number)
  database
    .prepare(`
    WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < :count)
    INSERT INTO entries
    SELECT :first + n, 'queue', :group || n, :group, :lane, :lane = '' OR n = 0, 0, iif(n < :leased, :until, :available), NULL, 1,
      iif(n < :leased, 'other', NULL), iif(n < :leased, :until, NULL), 'null', 0, NULL FROM numbers`)
    .run({ first, count, group, lane, leased, until, available })
}

/** Milliseconds. */
function median(work: () => void): number {
  const times = Array.from({ length: 51 }, () => {
    const begun = performance.now()
    work()
    return performance.now() - begun
  })
  return times.sort((a, b) => a - b)[25] ?? 0
}

async function open(): Promise<Disposable & { readonly database: DatabaseSync }> {
  const { folder, remove } = await scratch()
  const { database, close } = openDatabase({ file: join(folder, 'sluice.db'), holder: 'the test', migrations: readMigrations() })
  return {
    database,
    [Symbol.dispose]: () => {
      close()
      void remove()
    },
  }
}
