import { readFileSync, statSync } from 'node:fs'
import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import type { Finding, Staged } from '../core/finding.ts'
import { errorAt } from './finding-at.ts'
import { type SourceFile, sourceFile } from './position.ts'

const maxBytes = 1024 * 1024
const maxFiles = 10_000

export interface Source {
  /** Every `*.yaml`, at any depth, in the order of their paths. */
  readonly files: readonly SourceFile[]
  /** A file was left out: what it declares is not known. */
  readonly incomplete: boolean
}

/** Reads every `*.yaml` below a folder. Names that begin with a dot are skipped, so that what Kubernetes keeps twice is read once; links are followed. */
export async function readFolder(folder: string): Promise<Staged<Source>> {
  const findings: Finding[] = []
  const at = (path: string, rule: string, message: string, hint: string): void => {
    findings.push(errorAt({ file: shown(path), line: 1, column: 1, pointer: '' }, rule, message, { hint }))
  }
  const paths = await list(folder, new Set()).catch(() => undefined)
  if (paths === undefined || paths.length === 0) {
    const message = paths === undefined ? `there is no folder "${folder}"` : `there is no *.yaml in "${folder}"`
    at(folder, 'no-configuration', message, 'name another folder with --config, or write pipelines.yaml in this one')
    return { value: { files: [], incomplete: true }, findings }
  }
  if (paths.length > maxFiles)
    at(folder, 'file-too-large', `there are more than ${maxFiles} files`, 'split the configuration over several gateways')
  const files: SourceFile[] = []
  for (const path of paths.slice(0, maxFiles)) {
    const read = await readYaml(path)
    if (typeof read === 'string')
      at(path, read === tooLarge ? 'file-too-large' : 'unreadable-file', `the file ${read}`, 'split it, or mend its rights')
    else files.push(read)
  }
  return { value: { files, incomplete: findings.length > 0 }, findings }
}

const tooLarge = 'is larger than 1 MB'

/** The text of another file that a YAML file names, relative to it, or why there is none. */
export function readBeside(file: SourceFile, path: string): { readonly text: string } | { readonly fault: string } {
  try {
    const whole = resolve(dirname(file.path), path)
    if (statSync(whole).size > maxBytes) return { fault: tooLarge }
    return { text: readFileSync(whole, 'utf8') }
  } catch (error) {
    return { fault: reason(error) }
  }
}

async function readYaml(path: string): Promise<SourceFile | string> {
  try {
    const { size } = await stat(path)
    if (size > maxBytes) return tooLarge
    const bytes = await readFile(path)
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return sourceFile(shown(path), resolve(path), text)
  } catch (error) {
    return error instanceof TypeError ? 'is not UTF-8' : reason(error)
  }
}

async function list(folder: string, seen: Set<string>): Promise<readonly string[]> {
  const real = await realpath(folder)
  if (seen.has(real)) return []
  seen.add(real)
  const entries = (await readdir(folder, { withFileTypes: true })).filter(entry => !entry.name.startsWith('.'))
  const found = await Promise.all(
    entries.map(async entry => {
      const path = join(folder, entry.name)
      const linked = entry.isSymbolicLink() ? await stat(path).catch(() => undefined) : entry
      if (linked?.isDirectory() === true) return list(path, seen)
      return entry.name.endsWith('.yaml') ? [path] : []
    }),
  )
  return found.flat().sort()
}

/** As a path is told to people: from where the gateway was started, where it lies below that. */
function shown(path: string): string {
  const short = relative(process.cwd(), resolve(path))
  return short === '' || short.startsWith('..') ? path : short
}

function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT') return 'does not exist'
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read'
  return 'cannot be read'
}
