import type { Readable } from 'node:stream'
import type { Environment, Settings } from '../settings.ts'

/** The world of a command: given, so that tests own it. */
export interface Terminal {
  readonly environment: Environment
  readonly folder: string
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  readonly input: Readable
  /** A person looks at `out`: colours, tables. */
  readonly terminal: boolean
}

export interface Option {
  readonly type: 'string' | 'boolean'
  readonly description: string
  /** What stands for the value in the help: `URL`. */
  readonly value?: string
  readonly short?: string
  /** It may be given several times. */
  readonly multiple?: boolean
}

export interface Invocation {
  readonly terminal: Terminal
  readonly settings: Settings
  readonly environment: Environment
  readonly positionals: readonly string[]
  /** Options given, by name: text, or true. */
  readonly options: Readonly<Record<string, string | boolean | undefined>>
}

/** One command of the command line. Resolves to the exit code: 0 ok, 1 findings or failed, 2 breaks clients, 70 was stuck, 78 cannot start, 130 ended by a second signal. */
export interface Command {
  readonly summary: string
  /** What follows the name: `PIPELINE [--body JSON|@file]`. */
  readonly usage: string
  readonly options: Readonly<Record<string, Option>>
  readonly run: (invocation: Invocation) => Promise<number>
}

export const exit = { ok: 0, failed: 1, breaking: 2, stuck: 70, cannotStart: 78, cut: 130 } as const
