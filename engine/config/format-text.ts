import { isDeepStrictEqual } from 'node:util'
import { isError, type Staged } from '../core/finding.ts'
import { rewrite } from './format-text-blocks.ts'
import type { Node } from './node.ts'
import { parse } from './parse.ts'
import { type SourceFile, sourceFile } from './position.ts'

/**
 * A file in the one spelling of the language: two blanks a level, lists below their key, block style, `{ }` and `[ ]` as they are where they fit on a
 * line, texts in double quotes where they need any. Comments stay, and of blank lines one. What is loaded from it is the same. Undefined where the
 * file cannot be read as it stands; the findings say why.
 */
export function formatText(file: SourceFile): Staged<string | undefined> {
  const { value, findings } = parse(file)
  if (value.broken || findings.some(isError)) return { value: undefined, findings }
  const text = rewrite(file.text)
  return { value: isSame(value.root, parse(sourceFile(file.name, file.path, text)).value.root) ? text : file.text, findings }
}

/** A spelling that the writer does not know (a block of text as a key) stays as it is. */
const isSame = (before: Node | undefined, after: Node | undefined): boolean => isDeepStrictEqual(meant(before), meant(after))

/** What a node says, wherever and however it is written. A map is a list of entries, so that their order counts and no name is special. */
function meant(node: Node | undefined): unknown {
  if (node === undefined) return undefined
  if (node.kind === 'scalar') return [node.value, node.misread]
  return node.kind === 'list' ? { items: node.items.map(meant) } : { entries: node.entries.map(({ key, value }) => [key, meant(value)]) }
}
