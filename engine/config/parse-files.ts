import type { Finding, Staged } from '../core/finding.ts'
import type { Node } from './node.ts'
import { parse } from './parse.ts'
import type { SourceFile } from './position.ts'
import type { Source } from './source.ts'

export interface Documents {
  readonly documents: readonly Document[]
  /** Some file is missing here: what it declares is not known. */
  readonly incomplete: boolean
}
export interface Document {
  readonly file: SourceFile
  readonly root: Node
}

export function parseFiles({ files, incomplete }: Source): Staged<Documents> {
  const findings: Finding[] = []
  const documents: Document[] = []
  let broken = incomplete
  for (const file of files) {
    const parsed = parse(file)
    findings.push(...parsed.findings)
    broken ||= parsed.value.broken
    if (parsed.value.root !== undefined) documents.push({ file, root: parsed.value.root })
  }
  return { value: { documents, incomplete: broken }, findings }
}

export const isTest = ({ file }: Document): boolean => file.path.endsWith('.test.yaml')
