import { relative } from 'node:path'
import { digestOf } from '../files/read.ts'

/**
 * The text that one configuration was made of. What `${file:}` names is not in it: a secret is read where it lies, whenever the text is
 * loaded. Plugins are not in it either: their folder is used as it is.
 */
export interface Snapshot {
  /** Over names and texts: the same text has the same hash in any folder, on any machine. */
  readonly hash: string
  /** Absolute paths of the folders of the configuration. */
  readonly folders: readonly string[]
  /** Every `*.yaml` of the folders, and the schemas that they name, by absolute path; sorted. */
  readonly files: readonly KeptFile[]
}

export interface KeptFile {
  readonly path: string
  readonly text: string
}

export function snapshotOf(folders: readonly string[], texts: ReadonlyMap<string, string>): Snapshot {
  const files = [...texts].map(([path, text]) => ({ path, text })).sort((a, b) => (a.path < b.path ? -1 : 1))
  return { hash: hashOf(folders, files), folders, files }
}

const hashOf = (folders: readonly string[], files: readonly KeptFile[]): string =>
  digestOf(...files.flatMap(({ path, text }) => [folders.map(folder => relative(folder, path)).join('\n'), text])).slice(0, 12)
