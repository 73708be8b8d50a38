import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { Json } from '../core/message.ts'
import type { Terminal } from './command.ts'

/** A value that cannot be used, with the sentence to print. */
export class InputError extends Error {}

/** JSON given on the command line: literal, `@file`, or `-` for the standard input. Throws InputError. */
export async function readJson(given: string, terminal: Terminal): Promise<Json> {
  const source = await readText(given, terminal)
  try {
    return JSON.parse(source)
  } catch (error) {
    throw new InputError(
      `${given.startsWith('@') || given === '-' ? given : 'the value given'} is not JSON: ${error instanceof Error ? error.message : error}`,
    )
  }
}

/** `name=value`, comma-free and repeatable by `&`: `--query 'page=2&size=10'`. */
export function readPairs(given: string | boolean | undefined): Readonly<Record<string, string>> {
  return typeof given === 'string' ? Object.fromEntries(new URLSearchParams(given)) : {}
}

async function readText(given: string, terminal: Terminal): Promise<string> {
  if (given === '-') return await text(terminal.input as Readable)
  if (!given.startsWith('@')) return given
  return await readFile(resolve(terminal.folder, given.slice(1)), 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new InputError(`reading ${given.slice(1)}: ${error.code ?? error.message}`)
  })
}
