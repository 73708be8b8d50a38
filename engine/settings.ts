import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseEnv } from 'node:util'

export interface Address {
  readonly host: string
  readonly port: number
}

/** The boot settings: fixed for the life of the process. Everything else is configuration, and reloads. */
export interface Settings {
  /** The folder of pipelines. */
  readonly config: string
  readonly plugins: string
  /** Where the gateway keeps what must survive it. */
  readonly data: string
  /** The default listener, `public`. */
  readonly listen: Address
  readonly admin: Address
  /** `/live` and `/ready` besides the admin listener. */
  readonly health: Address | undefined
  readonly log: { readonly level: 'debug' | 'info' | 'warn' | 'error'; readonly format: 'text' | 'json' }
}

/** Each setting: its flag (`--name`), its variable, its default, and what it is. Flags win over the environment, which wins over `.env`. */
export const settingNames = {
  config: { variable: 'SLUICE_CONFIG', byDefault: 'pipelines', description: 'folder of pipelines' },
  plugins: { variable: 'SLUICE_PLUGINS', byDefault: 'plugins', description: 'folder of plugins' },
  data: { variable: 'SLUICE_DATA', byDefault: 'data', description: 'folder for what must survive the process' },
  listen: { variable: 'SLUICE_LISTEN', byDefault: '127.0.0.1:8080', description: 'address of the listener "public"' },
  admin: { variable: 'SLUICE_ADMIN', byDefault: '127.0.0.1:8081', description: 'address of the admin listener' },
  health: { variable: 'SLUICE_HEALTH', byDefault: '', description: 'address for /live and /ready alone' },
  log: { variable: 'SLUICE_LOG', byDefault: 'info', description: 'debug, info, warn or error; with ",json" or ",text" the form of a line' },
} as const satisfies Record<keyof Settings, { variable: string; byDefault: string; description: string }>

export type Environment = Readonly<Record<string, string | undefined>>
export type Flags = Readonly<Partial<Record<keyof Settings, string | undefined>>>

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
  const text = (name: keyof Settings): string => flags[name] ?? environment[settingNames[name].variable] ?? settingNames[name].byDefault
  const path = (name: keyof Settings): string => resolve(folder, text(name))
  const admin = address('admin', text('admin'))
  if (!isLoopback(admin.host)) throw wrong('admin', text('admin'), 'the admin listener takes a loopback address only: 127.0.0.1:8081')
  return {
    config: path('config'),
    plugins: path('plugins'),
    data: path('data'),
    listen: address('listen', text('listen')),
    admin,
    health: text('health') === '' ? undefined : address('health', text('health')),
    log: log(text('log'), terminal),
  }
}

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)

function address(name: keyof Settings, text: string): Address {
  const parts = /^(?:(\[[0-9a-f:.]+\]|[^:\s]*):)?(\d{1,5})$/i.exec(text)
  const port = Number(parts?.[2])
  if (parts === null || port > 65_535) throw wrong(name, text, 'write host:port, such as 127.0.0.1:8080 or 0.0.0.0:8080')
  return { host: (parts[1] || '127.0.0.1').replace(/^\[|\]$/g, ''), port }
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
  return new SettingError(`the setting ${settingNames[name].variable} (--${name}) is "${text}": ${hint}`)
}
