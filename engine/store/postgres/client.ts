import postgres, { type Sql } from 'postgres'
import type { PostgresAddress } from './address.ts'
import { Sockets } from './sockets.ts'

/** Connections of one node: one commits, the others claim and read. */
export const connections = 4
/** Milliseconds that the server gives a statement; the caller waits a second longer. */
export const statementMs = 4000

/** The library's client with the sockets that it uses. */
export interface Client {
  readonly sql: Sql
  readonly sockets: Sockets
}

/** Makes no connection before its first statement. */
export function createClient({ host, port, user, password, database, schema, ssl }: PostgresAddress): Client {
  const sockets = new Sockets({ host, port }, connections)
  const options = {
    host,
    port,
    user,
    password,
    database,
    ssl,
    max: connections,
    connect_timeout: 2,
    idle_timeout: 30,
    max_lifetime: 1800,
    // Every attempt has a client of its own, and a backoff of ours.
    backoff: () => 0,
    fetch_types: false,
    onnotice: () => {},
    // Asked for a socket, and in no type of the client.
    socket: () => sockets.dial(),
    connection: { ...session, application_name: 'sluice', search_path: schema },
  }
  return { sql: postgres(options), sockets }
}

/** Of every connection, whatever the database's own settings are. */
const session = {
  statement_timeout: statementMs,
  lock_timeout: 3000,
  idle_in_transaction_session_timeout: 10_000,
  // What is answered must be on the disk.
  synchronous_commit: 'on',
  default_transaction_isolation: 'read committed',
  // Plans are by the indexes from the first row on, and do not wait for statistics.
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
  enable_sort: 'off',
  jit: 'off',
} as const
