import { readFileSync } from 'node:fs'
import type { Sql } from 'postgres'
import { SluiceError } from '../../core/errors.ts'

/** Forward only: a file that was released is never changed, what follows is a file of its own. The number of a schema is how many of them it has seen. */
const files: readonly string[] = ['001-entries.sql']

/** What is wrong with a schema that a newer program has been at; undefined where nothing is. */
export function refuseNewer(number: number, schema: string, name: string): SluiceError | undefined {
  if (number <= files.length) return undefined
  const known = `this program knows up to ${files.length}: start the newer one`
  return new SluiceError('STORE', `opening ${name}: its schema "${schema}" has version ${number}, and ${known}`, { retry: 'never' })
}

/** Makes the schema, which is of this number, what this program knows; by one node at a time. `sql` has it in its search path. */
export async function upgrade(sql: Sql, number: number, schema: string): Promise<void> {
  if (number === files.length) return
  await sql.begin(async transaction => {
    await transaction.unsafe(`set local statement_timeout = '${upgradeMs}'; set local lock_timeout = '${upgradeMs}'`)
    await transaction.unsafe('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`sluice schema ${schema}`])
    await transaction.unsafe(`create schema if not exists ${quoted(schema)}`)
    await transaction.unsafe('create table if not exists version (number int primary key, at timestamptz not null default now())')
    const [row] = await transaction.unsafe<{ number: number }[]>('select coalesce(max(number), 0) as number from version', [])
    for (const [at, file] of files.entries()) {
      if (at < (row?.number ?? 0)) continue
      await transaction.unsafe(readFileSync(new URL(`schema/${file}`, import.meta.url), 'utf8'))
      await transaction.unsafe('insert into version (number) values ($1)', [at + 1])
    }
  })
}

/** Milliseconds that one file may take: tables may be large. */
export const upgradeMs = 600_000

/** Which of its files the schema has seen; 0 where there is none yet. */
export async function numberOf(sql: Sql, schema: string): Promise<number> {
  const [found] = await sql.unsafe<{ there: boolean }[]>('select to_regclass($1) is not null as there', [`${quoted(schema)}.version`])
  if (found?.there !== true) return 0
  const [row] = await sql.unsafe<{ number: number }[]>('select coalesce(max(number), 0) as number from version', [])
  return row?.number ?? 0
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
