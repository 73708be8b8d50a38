import type { Document } from './document.ts'
import type { Entry, MapNode } from './node.ts'
import { below, locate, type SourceFile } from './position.ts'

/** A document, and how each thing that it declares was written, by its pointer. */
export interface KeptDocument {
  readonly document: Document
  readonly written: ReadonlyMap<string, Written>
}

interface Written {
  readonly entry: Entry
  readonly text: string
  readonly line: number
  readonly column: number
}

interface KeepOptions {
  /** What stands in one place of the document says nothing of another. */
  readonly simple: boolean
  /** What the load before made of the same file. */
  readonly before: KeptDocument | undefined
}

/** Things of a document may stand in so many older texts of its file, which they keep in memory. */
const mostTexts = 8

/**
 * The document, in which whatever is written as before at the same line is the same object as before: it keeps the text that it was read from,
 * where it has the same lines and columns. So one pipeline of a long file is changed without touching the others.
 */
export function keepEntries(document: Document, { simple, before }: KeepOptions): KeptDocument {
  const { file, root } = document
  if (before?.document.file === file) return before
  if (root.kind !== 'map' || !simple || isFlow(root, file)) return { document, written: new Map() }
  const written = writtenIn(root, file)
  const kept = new Map([...written].map(([pointer, now]) => [pointer, same(before?.written.get(pointer), now)]))
  const texts = new Set([...kept.values()].map(({ entry }) => entry.file))
  const result = texts.size > mostTexts ? written : kept
  const entries = root.entries.map((section): Entry => {
    if (section.value.kind !== 'map') return section
    const named = section.value.entries.map(entry => result.get(pointerOf(section, entry))?.entry ?? entry)
    return { ...section, value: { ...section.value, entries: named } }
  })
  return { document: { file, root: { ...root, entries } }, written: result }
}

const same = (before: Written | undefined, now: Written): Written =>
  before !== undefined && before.text === now.text && before.line === now.line && before.column === now.column ? before : now

/** Each thing with the text up to the next, which may say how it ends: a block scalar keeps the empty lines behind it. */
function writtenIn(root: MapNode, file: SourceFile): ReadonlyMap<string, Written> {
  const written = new Map<string, Written>()
  for (const [at, section] of root.entries.entries()) {
    const { value } = section
    if (value.kind !== 'map' || isFlow(value, file)) continue
    const end = root.entries[at + 1]?.at ?? file.text.length
    for (const [place, entry] of value.entries.entries()) {
      const { line, column } = locate(file, entry.at, '')
      const text = file.text.slice(entry.at, value.entries[place + 1]?.at ?? end)
      written.set(pointerOf(section, entry), { entry: { ...entry, file }, text, line, column })
    }
  }
  return written
}

/** Between braces it is a brace or a comma that ends a thing, and its text alone does not tell. */
const isFlow = ({ start }: MapNode, { text }: SourceFile): boolean => text[start] === '{'

const pointerOf = (section: Entry, entry: Entry): string => below(below('', section.key), entry.key)
