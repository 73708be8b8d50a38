import { readdirSync, readFileSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { Broken } from './faults.ts'

/** One step of the schema: forward only, never changed once it is published. */
export interface Migration {
  readonly number: number
  readonly sql: string
}

/** `SLCE`, in the header of the file: that it is a store of this program. */
const applicationId = 0x534c4345

const folder = new URL('./schema/', import.meta.url)
const numberOf = (name: string): number => Number(name.slice(0, 3))
const listFiles = (): readonly string[] =>
  readdirSync(folder)
    .filter(name => /^\d{3}-.*\.sql$/.test(name))
    .sort()

/** All that this program knows, by number, from the folder beside. */
export const readMigrations = (): readonly Migration[] =>
  listFiles().map(name => ({ number: numberOf(name), sql: readFileSync(new URL(name, folder), 'utf8') }))

/** The number of the last of them. */
export const newestSchema = (): number => Math.max(...listFiles().map(numberOf))

/** Brings a database to the newest schema, in one transaction. Whoever calls it holds the lock of the store. Throws Broken for what a newer program or another one made. */
export function migrate(database: DatabaseSync, migrations: readonly Migration[], file: string): void {
  const newest = migrations.at(-1)?.number ?? 0
  database.exec('BEGIN IMMEDIATE')
  const [found, id] = [pragma(database, 'user_version'), pragma(database, 'application_id')]
  checkSchema({ file, found, newest })
  if (id !== applicationId && (found !== 0 || !isEmpty(database))) throw new Broken(`${file} is a database of another program`, true)
  for (const { number, sql } of migrations) if (number > found) database.exec(sql)
  if (found < newest) database.exec(`PRAGMA user_version = ${newest}; PRAGMA application_id = ${applicationId}`)
  database.exec('COMMIT')
  // So that the header of the file says it, which is read where nobody opens the database.
  if (found < newest) database.exec('PRAGMA wal_checkpoint')
}

/** Throws Broken where the schema is one that this program does not know yet. */
export function checkSchema({ file, found, newest }: { readonly file: string; readonly found: number; readonly newest: number }): void {
  if (found <= newest) return
  throw new Broken(
    `${file} has schema ${found}, and this version of sluice knows schemas up to ${newest}: run the version that wrote it, or a newer one`,
    true,
  )
}

const isEmpty = (database: DatabaseSync): boolean => database.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined

function pragma(database: DatabaseSync, name: string): number {
  return Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0])
}
