import type { Where } from '../core/finding.ts'

/** The text of one configuration file. */
export interface SourceFile {
  /** As findings name it: relative to where the gateway was started, where it lies below that. */
  readonly name: string
  readonly path: string
  readonly text: string
  /** The offset at which each line starts. */
  readonly lines: readonly number[]
}

export function sourceFile(name: string, path: string, text: string): SourceFile {
  const lines = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines.push(at + 1)
  return { name, path, text, lines }
}

/** Where an offset of a file is. Lines and columns count from 1, columns in UTF-16 units. */
export function locate(file: SourceFile, offset: number, pointer: string): Where {
  let low = 0
  let high = file.lines.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((file.lines[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return { file: file.name, line: low + 1, column: offset - (file.lines[low] ?? 0) + 1, pointer }
}

/** One more step of a JSON Pointer (RFC 6901). */
export function below(pointer: string, key: string | number): string {
  const text = String(key)
  return `${pointer}/${/[~/]/.test(text) ? text.replaceAll('~', '~0').replaceAll('/', '~1') : text}`
}

/** The steps of a JSON Pointer. */
export const steps = (pointer: string): readonly string[] =>
  pointer
    .split('/')
    .slice(1)
    .map(step => step.replaceAll('~1', '/').replaceAll('~0', '~'))
