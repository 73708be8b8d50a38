import { CST } from 'yaml'
import type { Finding } from '../core/finding.ts'
import { errorAt } from './finding-at.ts'
import { locate, type SourceFile } from './position.ts'

export interface Misread {
  readonly findings: readonly Finding[]
  /** Where the plain scalars start that YAML ended at a comment. */
  readonly cut: ReadonlySet<number>
}

/** Expressions in places where YAML does not let them be what they look like: behind a `#`, inside a flow collection. */
export function findMisread(file: SourceFile, lexemes: readonly string[]): Misread {
  const findings: Finding[] = []
  const cut = new Set<number>()
  if (!file.text.includes('${{')) return { findings, cut }
  const at = (offset: number, rule: string, message: string, hint: string): void => {
    findings.push(errorAt(locate(file, offset, ''), rule, message, { hint }))
  }
  let offset = 0
  let plain: { readonly at: number; readonly text: string } | undefined
  let scalarIsNext = false
  const flows = new Flows()
  for (const lexeme of lexemes) {
    if (lexeme === CST.SCALAR || lexeme === CST.DOCUMENT || lexeme === CST.FLOW_END) {
      scalarIsNext = lexeme === CST.SCALAR
      continue
    }
    if (scalarIsNext) plain = { at: offset, text: lexeme }
    else if (lexeme.startsWith('#')) {
      const message = 'YAML ends this text at the blank before "#": the rest is a comment'
      if (plain !== undefined && (lexeme.includes('${{') || isOpen(plain.text))) {
        cut.add(plain.at)
        at(plain.at, 'text-cut', message, 'put the whole text in quotes, or in a | block')
      } else if (lexeme.includes('${{')) {
        at(
          offset,
          'comment-expression',
          'a comment with ${{ in it: an expression in a comment does nothing',
          'take the comment away, or write it without ${{',
        )
      }
    } else if (lexeme.trim() !== '' || lexeme.includes('\n')) {
      plain = undefined
      flows.pass(lexeme, offset)
    }
    scalarIsNext = false
    offset += lexeme.length
  }
  for (const [start, end] of flows.ranges(file.text.length)) {
    const inside = file.text.indexOf('${{', start)
    if (inside >= 0 && inside < end)
      at(
        start,
        'flow-expression',
        'an expression cannot stand inside { } or [ ] of YAML',
        'write the object or list in block style, one key or "-" a line',
      )
  }
  return { findings, cut }
}

const isOpen = (text: string): boolean => text.lastIndexOf('${{') > text.lastIndexOf('}}')

/** Where the outermost flow collections begin and end. */
class Flows {
  readonly #closed: (readonly [number, number])[] = []
  #depth = 0
  #start = 0

  pass(lexeme: string, offset: number): void {
    if (lexeme === '[' || lexeme === '{') {
      if (this.#depth === 0) this.#start = offset
      this.#depth += 1
    } else if ((lexeme === ']' || lexeme === '}') && this.#depth > 0) {
      this.#depth -= 1
      if (this.#depth === 0) this.#closed.push([this.#start, offset])
    }
  }
  ranges(end: number): readonly (readonly [number, number])[] {
    return this.#depth === 0 ? this.#closed : [...this.#closed, [this.#start, end]]
  }
}
