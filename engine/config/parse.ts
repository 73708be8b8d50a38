import {
  Composer,
  CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  type ParsedNode,
  Parser,
  type Scalar,
  type YAMLMap,
} from 'yaml'
import type { Finding, Staged } from '../core/finding.ts'
import { errorAt } from './finding-at.ts'
import { findMisread } from './misread.ts'
import type { Entry, Node, ScalarNode } from './node.ts'
import { resolvePlain } from './plain.ts'
import { locate, type SourceFile } from './position.ts'
import { sentenceOf } from './yaml-fault.ts'

export interface Parsed {
  /** Absent where there is nothing in the file, or nothing that can be trusted after a fault of syntax. */
  readonly root?: Node | undefined
  readonly broken: boolean
}

const maxAliases = 100
/** Nodes of one file, aliases written out. */
const maxNodes = 200_000
const maxDepth = 100
const coreTag = /^tag:yaml\.org,2002:(map|seq|str|int|float|bool|null)$/
/** Lexemes that stand for no text. */
const controls: ReadonlySet<string> = new Set([CST.SCALAR, CST.DOCUMENT, CST.FLOW_END])
const styles: Readonly<Record<string, ScalarNode['style']>> = {
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'literal',
  BLOCK_FOLDED: 'folded',
}

/** YAML text to a tree with positions. Of faults of syntax only the first is told: the others mostly come from it. */
export function parse(file: SourceFile): Staged<Parsed> {
  const findings: Finding[] = []
  const report: Report = (offset, rule, message, hint, related) => {
    const more = related === undefined ? {} : { related: [{ where: locate(file, related, ''), text: 'first here' }] }
    findings.push(errorAt(locate(file, offset, ''), rule, message, { hint, ...more }))
  }
  const lexemes = [...new Lexer().lex(file.text)]
  const misread = findMisread(file, lexemes)
  findings.push(...misread.findings)
  const composed = openQuote(lexemes) ?? compose(lexemes, file.text.length)
  if ('code' in composed) {
    // An expression in a flow collection is no YAML any more: that is the fault, not what the parser stumbles over behind it.
    const explained = misread.findings.some(finding => finding.rule === 'flow-expression')
    const { message, hint } = sentenceOf(composed.code)
    if (!explained) report(composed.offset, 'yaml-syntax', message, hint)
    return { value: { broken: true }, findings }
  }
  const { contents } = composed
  if (contents === null) return { value: { broken: false }, findings }
  return { value: { root: new Builder(file.text, misread.cut, report).build(contents), broken: false }, findings }
}

type Report = (offset: number, rule: string, message: string, hint?: string, related?: number) => void

function compose(lexemes: readonly string[], length: number): Document.Parsed | { readonly code: string; readonly offset: number } {
  try {
    const parser = new Parser()
    const tokens = [...lexemes.flatMap(lexeme => [...parser.next(lexeme)]), ...parser.end()]
    // failsafe: every scalar stays as it was written, whatever a %YAML directive says; resolvePlain decides.
    const composer = new Composer({ uniqueKeys: false, schema: 'failsafe', logLevel: 'silent' })
    const [document, second] = composer.compose(tokens, true, length)
    if (document === undefined) return { code: 'EMPTY', offset: 0 }
    const fault = document.errors[0]
    if (fault !== undefined) return { code: fault.code, offset: fault.pos[0] }
    return second === undefined ? document : { code: 'MULTIPLE_DOCS', offset: second.range[0] }
  } catch (error) {
    if (error instanceof RangeError) return { code: 'TOO_DEEP', offset: 0 }
    throw error
  }
}

/** The parser complains of a quote that never closes at the end of the file; it is better told where it opens. */
function openQuote(lexemes: readonly string[]): { readonly code: string; readonly offset: number } | undefined {
  const last = lexemes.findLast(lexeme => lexeme.length > 1 || lexeme.trim() !== '')
  if (last === undefined || !/^(?:"(?:[^"\\]|\\[\s\S])*|'(?:[^']|'')*)$/.test(last)) return undefined
  if (lexemes[lexemes.lastIndexOf(last) - 1] === CST.SCALAR) return undefined
  const before = lexemes.slice(0, lexemes.lastIndexOf(last)).filter(lexeme => !controls.has(lexeme))
  return { code: 'OPEN_QUOTE', offset: before.reduce((sum, lexeme) => sum + lexeme.length, 0) }
}

/** Builds the tree of one document. An alias is the node of its anchor, so that what is written once has one place. */
class Builder {
  readonly #text: string
  readonly #cut: ReadonlySet<number>
  readonly #report: Report
  readonly #anchors = new Map<string, Node>()
  readonly #sizes = new Map<Node, number>()
  #aliases = 0
  #nodes = 0
  #full = false

  constructor(text: string, cut: ReadonlySet<number>, report: Report) {
    this.#text = text
    this.#cut = cut
    this.#report = report
  }

  build(node: ParsedNode | null, depth = 0, start = 0): Node {
    if (node === null) return nothing(start)
    const [from, to] = node.range
    if (isAlias(node)) return this.#alias(node.source, from)
    if (depth > maxDepth) return this.#refuse(from, `the document is nested more than ${maxDepth} levels deep`, 'yaml-syntax')
    if (node.tag !== undefined && !coreTag.test(node.tag))
      this.#report(
        this.#text.lastIndexOf('!', from),
        'custom-tag',
        'a tag of its own means nothing here',
        'write the value without the tag',
      )
    const before = this.#nodes
    this.#nodes += 1
    const built = isScalar(node) ? scalar(node, from, to, this.#cut.has(from)) : this.#collection(node, from, depth)
    this.#sizes.set(built, this.#nodes - before)
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, built)
    return built
  }

  #collection(node: ParsedNode, start: number, depth: number): Node {
    if (isMap<ParsedNode, ParsedNode | null>(node)) return { kind: 'map', start, entries: this.#entries(node, depth) }
    const items = isSeq<ParsedNode>(node) ? node.items.map(item => this.build(item, depth + 1, start)) : []
    return { kind: 'list', start, items }
  }

  #entries(map: YAMLMap<ParsedNode, ParsedNode | null>, depth: number): readonly Entry[] {
    const seen = new Map<string, number>()
    const entries: Entry[] = []
    for (const { key, value } of map.items) {
      const [at, end] = key.range
      const name = isScalar(key) ? String(key.value) : undefined
      if (name === undefined || (name === '' && end === at)) {
        this.#report(at, 'yaml-syntax', 'a key is a text', 'write key: value')
        continue
      }
      if (name === '<<' && isScalar(key) && key.type === 'PLAIN') {
        this.#report(at, 'merge-key', 'maps are not merged by "<<"', 'write the keys out, or use an anchor for the whole value')
        // what it names is taken as meant, so that nothing is said to be missing besides
        const merged = this.build(value, depth + 1, end)
        if (merged.kind === 'map') entries.push(...merged.entries)
        continue
      }
      const first = seen.get(name)
      if (first !== undefined) {
        this.#report(at, 'duplicate-key', `the key "${name}" is written twice`, 'keep one of the two', first)
        continue
      }
      seen.set(name, at)
      entries.push({ key: name, at, value: this.build(value, depth + 1, end) })
    }
    return entries
  }

  #alias(name: string, at: number): Node {
    this.#aliases += 1
    if (this.#aliases === maxAliases + 1) return this.#refuse(at, `there are more than ${maxAliases} aliases`, 'alias-limit')
    const target = this.#anchors.get(name)
    if (target === undefined) {
      this.#report(
        at,
        'yaml-syntax',
        'there is no such anchor above this alias',
        'write the anchor first, and outside of the value that the alias stands in',
      )
      return nothing(at)
    }
    this.#nodes += this.#sizes.get(target) ?? 1
    return this.#nodes > maxNodes ? this.#refuse(at, `aliases make more than ${maxNodes} values`, 'alias-limit') : target
  }

  /** A bound was passed: told once, and what lies beyond is left out. */
  #refuse(at: number, message: string, rule: string): Node {
    if (!this.#full) this.#report(at, rule, message, 'write less, or in several files')
    this.#full = true
    return nothing(at)
  }
}

const nothing = (start: number): ScalarNode => ({ kind: 'scalar', start, end: start, style: 'plain', value: null, cut: false })

function scalar(node: Scalar, start: number, end: number, cut: boolean): ScalarNode {
  const text = String(node.value)
  const style = styles[node.type ?? ''] ?? 'plain'
  const written = { kind: 'scalar', start, end, style, cut } as const
  const resolved = node.tag === undefined ? style === 'plain' : !node.tag.endsWith(':str')
  return resolved ? { ...written, ...resolvePlain(text) } : { ...written, value: text }
}
