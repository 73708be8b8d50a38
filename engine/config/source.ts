import { relative, resolve, sep } from 'node:path'
import type { Finding, Staged } from '../core/finding.ts'
import { type ReadText, readTextNow, readTexts, tooLarge, unread } from '../files/read.ts'
import { listTree } from '../files/tree.ts'
import { errorAt } from './finding-at.ts'
import type { Memory } from './memory.ts'
import { type SourceFile, sourceFile } from './position.ts'
import { type Snapshot, snapshotOf } from './snapshot.ts'

const maxFiles = 10_000

export interface Source {
  /** Every `*.yaml`, at any depth, in the order of their paths. */
  readonly files: readonly SourceFile[]
  /** A file was left out: what it declares is not known. */
  readonly incomplete: boolean
}

/** Where one load reads from, the disk or a snapshot; it knows afterwards what was read. */
export interface Sources {
  /** Reads every `*.yaml` below a folder, at any depth. */
  folder(folder: string): Promise<Staged<Source>>
  /** The text of another file that a YAML file names and that is part of the configuration, by its absolute path; or why there is none. */
  beside(path: string): ReadText
  /** The same for what is never kept. */
  secret(path: string): ReadText
  /** Digests of all that was read from the disk, or looked for on it, by absolute path. */
  readonly digests: ReadonlyMap<string, string>
  snapshot(): Snapshot
}

/** `kept`: the text of an earlier load takes the place of what is on the disk now, but for secrets. What reads as before is what it was before. */
export function openSources(memory: Memory, kept?: Snapshot): Sources {
  const digests = new Map<string, string>()
  const texts = new Map<string, string>()
  const folders: string[] = []
  const keptTexts = kept === undefined ? undefined : new Map(kept.files.map(({ path, text }) => [path, text]))

  const noted = (path: string, read: ReadText): ReadText => {
    digests.set(path, read.digest)
    return read
  }
  const settled = (path: string, read: ReadText): ReadText => memory.settle(`text of ${path}`, read, isSameText)
  const remembered = (path: string, read: ReadText): ReadText => {
    if ('text' in read) texts.set(path, read.text)
    return settled(path, read)
  }
  const list = async (folder: string): Promise<readonly string[]> => {
    const files =
      keptTexts === undefined ? (await listTree(folder)).files : [...keptTexts.keys()].filter(path => path.startsWith(folder + sep))
    return files.filter(path => path.endsWith('.yaml'))
  }

  const readAll = async (paths: readonly string[]): Promise<ReadonlyMap<string, ReadText>> => {
    if (keptTexts !== undefined) return new Map(paths.map(path => [path, remembered(path, keptText(keptTexts, path))]))
    const read = await readTexts(paths, { strict: true })
    return new Map([...read].map(([path, found]) => [path, remembered(path, noted(path, found))]))
  }

  return {
    digests,
    folder: async given => {
      const folder = resolve(given)
      folders.push(folder)
      return await readFolder(folder, { list, read: readAll, memory })
    },
    beside: path => remembered(path, keptTexts === undefined ? noted(path, readTextNow(path)) : keptText(keptTexts, path)),
    secret: path => settled(path, noted(path, readTextNow(path))),
    snapshot: () => snapshotOf(folders, texts),
  }
}

interface Reading {
  readonly list: (folder: string) => Promise<readonly string[]>
  readonly read: (paths: readonly string[]) => Promise<ReadonlyMap<string, ReadText>>
  readonly memory: Memory
}

async function readFolder(folder: string, { list, read, memory }: Reading): Promise<Staged<Source>> {
  const findings: Finding[] = []
  const at = (path: string, rule: string, message: string, hint: string): void => {
    findings.push(errorAt({ file: shown(path), line: 1, column: 1, pointer: '' }, rule, message, { hint }))
  }
  const paths = await list(folder).catch(() => undefined)
  if (paths === undefined || paths.length === 0) {
    const message = paths === undefined ? `there is no folder "${folder}"` : `there is no *.yaml in "${folder}"`
    at(folder, 'no-configuration', message, 'name another folder with --config, or write pipelines.yaml in this one')
    return { value: { files: [], incomplete: true }, findings }
  }
  if (paths.length > maxFiles)
    at(folder, 'file-too-large', `there are more than ${maxFiles} files`, 'split the configuration over several gateways')
  const files: SourceFile[] = []
  for (const [path, found] of await read(paths.slice(0, maxFiles))) {
    if ('text' in found) files.push(memory.within(asFile, found, { path, name: shown(path) }))
    else
      at(path, found.fault === tooLarge ? 'file-too-large' : 'unreadable-file', `the file ${found.fault}`, 'split it, or mend its rights')
  }
  return { value: { files, incomplete: findings.length > 0 }, findings }
}

const isSameText = (before: ReadText, now: ReadText): boolean =>
  before.digest === now.digest &&
  ('text' in before ? 'text' in now && before.text === now.text : 'fault' in now && before.fault === now.fault)

const asFile = ({ text }: { readonly text: string }, { path, name }: { readonly path: string; readonly name: string }): SourceFile =>
  sourceFile(name, path, text)

/** Where the whole configuration is kept, what is not in it does not exist. */
function keptText(texts: ReadonlyMap<string, string>, path: string): ReadText {
  const text = texts.get(path)
  return text === undefined ? { fault: 'does not exist', digest: unread } : { text, digest: unread }
}

/** As a path is told to people: from where the gateway was started, where it lies below that. */
function shown(path: string): string {
  const short = relative(process.cwd(), path)
  return short === '' || short.startsWith('..') ? path : short
}
