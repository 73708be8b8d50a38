import { isAlias, isMap, isScalar, isSeq, type ParsedNode, type Scalar, type YAMLMap } from 'yaml'
import type { Entry, Node, ScalarNode } from './node.ts'
import { resolvePlain } from './plain.ts'

/** `related`: the offset of the other end. */
export type Report = (offset: number, rule: string, message: string, hint?: string, related?: number) => void

const maxAliases = 100
/** Nodes of one file, aliases written out. */
const maxNodes = 200_000
const maxDepth = 100
const coreTag = /^tag:yaml\.org,2002:(map|seq|str|int|float|bool|null)$/
const styles: Readonly<Record<string, ScalarNode['style']>> = {
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'literal',
  BLOCK_FOLDED: 'folded',
}

/** Builds the tree of one document. An alias is the node of its anchor, so that what is written once has one place. */
export class TreeBuilder {
  readonly #text: string
  readonly #cut: ReadonlySet<number>
  readonly #report: Report
  readonly #anchors = new Map<string, Node>()
  readonly #sizes = new Map<Node, number>()
  #aliases = 0
  #nodes = 0
  #full = false

  /** A bound was passed: the tree is not whole. */
  get full(): boolean {
    return this.#full
  }

  get aliased(): boolean {
    return this.#aliases > 0
  }

  constructor(text: string, cut: ReadonlySet<number>, report: Report) {
    this.#text = text
    this.#cut = cut
    this.#report = report
  }

  build(node: ParsedNode | null, depth = 0, start = 0): Node {
    if (node === null) return nothing(start)
    const [from, to] = node.range
    if (isAlias(node)) return this.#alias(node.source, from, start)
    if (depth > maxDepth) return this.#refuse(from, `the document is nested more than ${maxDepth} levels deep`, 'yaml-syntax')
    const tagged = node.tag !== undefined && !coreTag.test(node.tag)
    if (tagged)
      this.#report(
        this.#text.lastIndexOf('!', from),
        'custom-tag',
        `the tag "${node.tag}" means nothing here`,
        'write the value without it',
      )
    const before = this.#nodes
    this.#nodes += 1
    const built = isScalar(node) ? scalar(node, from, to, tagged || this.#cut.has(from)) : this.#collection(node, from, depth)
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
        const line = this.#text.slice(0, first).split('\n').length
        this.#report(at, 'duplicate-key', `the key "${name}" is written twice, first at line ${line}`, 'keep one of the two', first)
        continue
      }
      seen.set(name, at)
      entries.push({ key: name, at, value: this.build(value, depth + 1, end) })
    }
    return entries
  }

  #alias(name: string, at: number, start: number): Node {
    this.#aliases += 1
    if (this.#aliases === maxAliases + 1) return this.#refuse(start, `there are more than ${maxAliases} aliases`, 'alias-limit')
    const target = this.#anchors.get(name)
    if (target === undefined) {
      this.#report(
        at,
        'yaml-syntax',
        `there is no anchor "${name}" above this alias`,
        'write the anchor first, and outside of the value that the alias stands in',
      )
      return nothing(at)
    }
    this.#nodes += this.#sizes.get(target) ?? 1
    return this.#nodes > maxNodes ? this.#refuse(start, `aliases make more than ${maxNodes} values`, 'alias-limit') : target
  }

  /** A bound was passed: told once, and what lies beyond is left out. */
  #refuse(at: number, message: string, rule: string): Node {
    if (!this.#full) this.#report(at, rule, message, 'write less, or in several files')
    this.#full = true
    return nothing(at)
  }
}

const nothing = (start: number): ScalarNode => ({ kind: 'scalar', start, end: start, style: 'plain', value: null, faulty: false })

function scalar(node: Scalar, start: number, end: number, faulty: boolean): ScalarNode {
  const text = String(node.value)
  const style = styles[node.type ?? ''] ?? 'plain'
  const written = { kind: 'scalar', start, end, style, faulty } as const
  const resolved = node.tag === undefined ? style === 'plain' : !node.tag.endsWith(':str')
  return resolved ? { ...written, ...resolvePlain(text) } : { ...written, value: text }
}
