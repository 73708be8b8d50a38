import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Finding } from '../core/finding.ts'
import type { Json } from '../core/message.ts'
import type { Kind } from '../core/model.ts'

/** One folder below `plugins/`: its kind and type are what its schema's `$id` says. */
export interface Plugin {
  readonly kind: Kind
  readonly type: string
  readonly schema: { readonly [key: string]: Json }
  /** Over every file of the folder: an edit makes another plugin, an unchanged one is imported once. */
  readonly hash: string
  readonly folder: string
}

const idPattern = /^sluice:\/(transform|connector|channel|format|security)\/([a-z][a-z0-9-]*)\.json$/

/** Lists `<folder>/<name>/{plugin.ts,schema.json}`. What cannot be read is a finding at its file. */
export async function listPlugins(folder: string): Promise<{ readonly plugins: readonly Plugin[]; readonly findings: readonly Finding[] }> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const names = entries
    .filter(entry => !entry.name.startsWith('.') && (entry.isDirectory() || entry.isSymbolicLink()))
    .map(entry => entry.name)
  const read = await Promise.all(
    names.sort().map(async name => {
      const path = join(folder, name)
      return await readPlugin(path).catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error)
        return broken(join(path, 'schema.json'), `reading the plugin "${name}": ${reason}`)
      })
    }),
  )
  return { plugins: read.filter(one => 'hash' in one), findings: read.filter(one => 'rule' in one) }
}

/** Imports the plugin's module; repeats of one version give the same module. */
export async function importPlugin(plugin: Plugin): Promise<unknown> {
  const url = pathToFileURL(join(plugin.folder, await entryFile(plugin.folder)))
  const module: { readonly default?: unknown } = await import(`${url.href}?v=${plugin.hash}`)
  return module.default
}

/** What went wrong while a plugin was imported, at its line where the error names one. */
export function importFinding(plugin: Plugin, error: unknown): Finding {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const place = /([^\s()]+\/plugin\.[tj]s)[^\s():]*:(\d+)(?::(\d+))?/.exec(stack)
  const finding = broken(
    join(plugin.folder, 'plugin.ts'),
    `loading the plugin "${plugin.type}": ${error instanceof Error ? error.message.split('\n')[0] : stack}`,
  )
  return place === null ? finding : { ...finding, line: Number(place[2]), column: Number(place[3] ?? 1) }
}

async function readPlugin(folder: string): Promise<Plugin> {
  const schema: { readonly [key: string]: Json } = JSON.parse(await readFile(join(folder, 'schema.json'), 'utf8'))
  const id = idPattern.exec(String(schema.$id))
  if (id === null) throw new Error(`its schema.json needs "$id": "sluice:/transform/<name>.json"`)
  const [, kind, type] = id
  await entryFile(folder)
  // idPattern admits kinds only.
  return { kind: kind as Kind, type: type ?? '', schema, hash: await hashFolder(folder), folder }
}

async function entryFile(folder: string): Promise<string> {
  const names = await readdir(folder)
  const entry = ['plugin.ts', 'plugin.js'].find(name => names.includes(name))
  if (entry === undefined) throw new Error('there is no plugin.ts beside its schema.json')
  return entry
}

async function hashFolder(folder: string): Promise<string> {
  const names = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter(entry => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map(entry => join(entry.parentPath, entry.name))
    .sort()
  const hash = createHash('sha256')
  // The folder has just been listed: its drive answers, and waiting for each file is what a change would wait for.
  for (const name of names) hash.update(name.slice(folder.length)).update('\0').update(readFileSync(name)).update('\0')
  return hash.digest('hex').slice(0, 16)
}

const broken = (file: string, message: string): Finding => ({
  severity: 'error',
  rule: 'plugin',
  message,
  file,
  line: 1,
  column: 1,
  pointer: '',
})
