import { readFileSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { parseDuration, parseSize } from './core/duration.ts'
import { type Secret, secretUrl } from './core/secret.ts'
import { isPostgres, postgresAddress } from './store/postgres/address.ts'

export interface Address {
  readonly host: string
  readonly port: number
}

/** The boot settings: fixed for the life of the process. Everything else is configuration, and reloads. */
export interface Settings {
  /** The folders of pipelines: at least one; each is an overlay on those before it. */
  readonly config: readonly string[]
  readonly plugins: string
  /** Where the gateway keeps what must survive it. */
  readonly data: string
  /** The default listener, `public`. */
  readonly listen: Address
  readonly admin: Address
  /** `/live` and `/ready` besides the admin listener. */
  readonly health: Address | undefined
  /** Where the gateway keeps messages: `sqlite`, `memory`, or the address of a PostgreSQL. */
  readonly store: Secret
  /** How many messages that were given up are kept, and how long. */
  readonly deadLetters: { readonly count: number; readonly bytes: number; readonly keepMs: number }
  /** What may be worked on at once, in the whole process. */
  readonly inFlight: { readonly messages: number; readonly bytes: number }
  /** How long the gateway is not ready before it stops taking messages, and how long those that are there have then. */
  readonly stop: { readonly leaveMs: number; readonly graceMs: number }
  /** Whether a thread watches over the main one. */
  readonly watchdog: boolean
  /** Whether `run` applies a change by itself. */
  readonly watch: boolean
  readonly log: { readonly level: 'debug' | 'info' | 'warn' | 'error'; readonly format: 'text' | 'json' }
}

/** Each setting: its flag (`--name`), its variable, its default, and what it is. Flags win over the environment, which wins over `.env`. */
export const settingNames = {
  config: { variable: 'SLUICE_CONFIG', byDefault: 'pipelines', description: 'folder of pipelines; several are overlays, base first' },
  plugins: { variable: 'SLUICE_PLUGINS', byDefault: 'plugins', description: 'folder of plugins' },
  data: { variable: 'SLUICE_DATA', byDefault: 'data', description: 'folder for what must survive the process' },
  store: {
    variable: 'SLUICE_STORE',
    byDefault: 'sqlite',
    description:
      'where messages are kept: sqlite (a file in the folder of data), postgres://… (shared by nodes) or memory (nothing survives)',
    flag: false,
  },
  listen: { variable: 'SLUICE_LISTEN', byDefault: '127.0.0.1:8080', description: 'address of the listener "public"' },
  admin: { variable: 'SLUICE_ADMIN', byDefault: '127.0.0.1:8081', description: 'address of the admin listener' },
  health: { variable: 'SLUICE_HEALTH', byDefault: '', description: 'address for /live, /ready and /metrics alone' },
  deadLetters: {
    variable: 'SLUICE_DEAD_LETTERS',
    byDefault: '30d,100000,1GB',
    description: 'how long dead letters are kept, how many at most, and how large together',
    flag: false,
  },
  inFlight: {
    variable: 'SLUICE_IN_FLIGHT',
    byDefault: '2000,256MB',
    description: 'how many messages are worked on at once, and how large their bodies are together',
    flag: false,
  },
  stop: {
    variable: 'SLUICE_STOP',
    byDefault: '0s,25s',
    description: 'at SIGTERM: how long not to be ready before taking no more, and how long messages have then',
    flag: false,
  },
  watchdog: {
    variable: 'SLUICE_WATCHDOG',
    byDefault: 'on',
    description: 'on or off: whether a process whose event loop is stuck is told of, and ended',
    flag: false,
  },
  // `sluice run --no-watch` says it on a command line.
  watch: { variable: 'SLUICE_WATCH', byDefault: 'on', description: 'on or off: whether a changed file is applied by itself', flag: false },
  log: { variable: 'SLUICE_LOG', byDefault: 'info', description: 'debug, info, warn or error; with ",json" or ",text" the form of a line' },
} as const satisfies Record<keyof Settings, { variable: string; byDefault: string; description: string; flag?: false }>

export type Environment = Readonly<Record<string, string | undefined>>
/** A flag that was given several times is a list. */
export type Flags = Readonly<Partial<Record<keyof Settings, string | readonly string[] | undefined>>>

/** A setting that cannot be used: the process does not start (exit 78). */
export class SettingError extends Error {}

/** The environment with what `.env` in `folder` adds to it. */
export function environmentWith(folder: string, environment: Environment): Environment {
  try {
    return { ...parseEnv(readFileSync(join(folder, '.env'), 'utf8')), ...environment }
  } catch {
    return environment
  }
}

/** Throws SettingError, naming the setting and what it may be. */
export function readSettings(flags: Flags, environment: Environment, folder: string, terminal: boolean): Settings {
  const text = (name: keyof Settings): string =>
    [flags[name] ?? environment[settingNames[name].variable] ?? settingNames[name].byDefault].flat().at(-1) ?? ''
  const path = (name: keyof Settings): string => resolve(folder, text(name))
  const admin = address('admin', text('admin'))
  if (!isLoopback(admin.host)) throw wrong('admin', text('admin'), 'the admin listener takes a loopback address only: 127.0.0.1:8081')
  return {
    config: folders(flags.config, text('config')).map(name => resolve(folder, name)),
    plugins: path('plugins'),
    data: path('data'),
    store: store(text('store')),
    listen: address('listen', text('listen')),
    admin,
    health: text('health') === '' ? undefined : address('health', text('health')),
    deadLetters: deadLetters(text('deadLetters')),
    inFlight: inFlight(text('inFlight')),
    stop: stop(text('stop')),
    watchdog: onOrOff('watchdog', text('watchdog')),
    watch: onOrOff('watch', text('watch')),
    log: log(text('log'), terminal),
  }
}

/** Each flag is one folder; the variable separates them as PATH does: `base:prod`. */
function folders(flags: Flags['config'], text: string): readonly string[] {
  const names = flags === undefined ? text.split(delimiter).filter(name => name !== '') : [flags].flat()
  if (names.length === 0) throw wrong('config', text, 'write a folder, or several as base:prod')
  return names
}

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)

function address(name: keyof Settings, text: string): Address {
  const parts = /^(?:(\[[0-9a-f:.]+\]|[^:\s]*):)?(\d{1,5})$/i.exec(text)
  const port = Number(parts?.[2])
  if (parts === null || port > 65_535) throw wrong(name, text, 'write host:port, such as 127.0.0.1:8080 or 0.0.0.0:8080')
  return { host: (parts[1] || '127.0.0.1').replace(/^\[|\]$/g, ''), port }
}

function store(text: string): Secret {
  const address = secretUrl(text)
  if (text === 'sqlite' || text === 'memory') return address
  if (!isPostgres(text)) throw wrong('store', `${address}`, 'write sqlite, memory or postgres://user:password@host:5432/database')
  try {
    postgresAddress(address)
    return address
  } catch (error) {
    throw wrong('store', `${address}`, error instanceof Error ? error.message : String(error))
  }
}

function deadLetters(text: string): Settings['deadLetters'] {
  const [keep = '', most = '', size = ''] = text.split(',').map(part => part.trim())
  const keepMs = parseDuration(keep)
  const count = /^[0-9]{1,12}$/.test(most) ? Number(most) : undefined
  const bytes = parseSize(size)
  if (!keepMs || !count || !bytes) throw wrong('deadLetters', text, 'write how long, how many and how large, such as 30d,100000,1GB')
  return { keepMs, count, bytes }
}

function inFlight(text: string): Settings['inFlight'] {
  const [most = '', size = ''] = text.split(',').map(part => part.trim())
  const messages = /^[0-9]{1,9}$/.test(most) ? Number(most) : undefined
  const bytes = parseSize(size)
  if (!messages || !bytes) throw wrong('inFlight', text, 'write how many and how large, such as 2000,256MB')
  return { messages, bytes }
}

function stop(text: string): Settings['stop'] {
  const [leaveMs, graceMs] = text.split(',').map(part => parseDuration(part.trim()))
  if (leaveMs === undefined || graceMs === undefined) throw wrong('stop', text, 'write two durations, such as 5s,25s')
  return { leaveMs, graceMs }
}

function onOrOff(name: keyof Settings, text: string): boolean {
  if (text !== 'on' && text !== 'off') throw wrong(name, text, 'write on or off')
  return text === 'on'
}

function log(text: string, terminal: boolean): Settings['log'] {
  const [level = '', format = terminal ? 'text' : 'json'] = text.split(',')
  if (!isOneOf(level, ['debug', 'info', 'warn', 'error'] as const) || !isOneOf(format, ['text', 'json'] as const))
    throw wrong('log', text, 'write debug, info, warn or error, and if need be ",json" or ",text" after it')
  return { level, format }
}

function isOneOf<const T extends string>(text: string, all: readonly T[]): text is T {
  return (all as readonly string[]).includes(text)
}

function wrong(name: keyof Settings, text: string, hint: string): SettingError {
  const setting = settingNames[name]
  return new SettingError(`the setting ${setting.variable}${'flag' in setting ? '' : ` (--${name})`} is "${text}": ${hint}`)
}
