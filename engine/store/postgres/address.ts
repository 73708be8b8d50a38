import { SluiceError } from '../../core/errors.ts'
import type { Secret } from '../../core/secret.ts'

/** Where the database is, taken from `postgres://user:password@host:5432/database?schema=sluice&sslmode=verify-full`. */
export interface PostgresAddress {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
  readonly schema: string
  /** `require` encrypts, `verify-full` knows too with whom it speaks. */
  readonly ssl: false | 'require' | 'verify-full'
  /** For status and logs: without its password. */
  readonly name: string
}

export const isPostgres = (address: string): boolean => /^postgres(ql)?:\/\//.test(address)

/** Throws STORE, never to be tried again, for an address that is none. Neither user nor password are said. */
export function postgresAddress(url: Secret): PostgresAddress {
  const wrong = (what: string): SluiceError => new SluiceError('STORE', what, { retry: 'never' })
  if (!URL.canParse(url.reveal())) throw wrong('write postgres://user:password@host:5432/database')
  const { hostname, port, username, password, pathname, searchParams } = new URL(url.reveal())
  const unknown = [...searchParams.keys()].find(word => word !== 'schema' && word !== 'sslmode')
  if (unknown !== undefined) throw wrong(`"${unknown}" is not known, only schema and sslmode are`)
  const schema = searchParams.get('schema') ?? 'sluice'
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) throw wrong('a schema is named by small letters, digits and _')
  const mode = searchParams.get('sslmode') ?? 'disable'
  if (mode !== 'disable' && mode !== 'require' && mode !== 'verify-full') throw wrong('sslmode is disable, require or verify-full')
  const database = decodeURIComponent(pathname.slice(1))
  if (hostname === '' || username === '' || database === '') throw wrong('it needs a user, a host and a database')
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? 5432 : Number(port),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database,
    schema,
    ssl: mode === 'disable' ? false : mode,
    name: `postgres://${hostname}${port === '' ? '' : `:${port}`}/${database}`,
  }
}
