import type { Finding, Staged } from '../core/finding.ts'
import type { Slices } from '../core/slices.ts'
import type { Document, Documents } from './document.ts'
import { type KeptDocument, keepEntries } from './kept-entries.ts'
import type { Memory } from './memory.ts'
import { parse } from './parse.ts'
import type { SourceFile } from './position.ts'
import type { Source } from './source.ts'

interface ParsedFile {
  readonly document: Document | undefined
  readonly broken: boolean
  /** What stands in one place of it says nothing of another: there is no fault in it, no alias, no directive. */
  readonly simple: boolean
}

export function* parseFiles({ files, incomplete }: Source, memory: Memory): Slices<Staged<Documents>> {
  const findings: Finding[] = []
  const documents: Document[] = []
  let broken = incomplete
  for (const file of files) {
    const { value, findings: said } = memory.of(parseFile, file)
    yield
    findings.push(...said)
    broken ||= value.broken
    const { document } = value
    if (document === undefined) continue
    const kept = memory.carry(`parsed ${file.path}`, (before: KeptDocument | undefined) =>
      keepEntries(document, { simple: value.simple, before }),
    )
    documents.push(kept.document)
  }
  return { value: { documents, incomplete: broken }, findings }
}

function parseFile(file: SourceFile): Staged<ParsedFile> {
  const { value, findings } = parse(file)
  const { root, broken, aliased } = value
  const simple = findings.length === 0 && !aliased && !/^%/m.test(file.text)
  return { value: { document: root === undefined ? undefined : { file, root }, broken, simple }, findings }
}
