import { type CST, Parser } from 'yaml'
import { isFlowScalar, isMap, isWritten, oneLine, spelled } from './format-text-flow.ts'
import { Lines } from './format-text-lines.ts'

/** Blanks a level. */
const step = 2
/** Characters of a line up to which a flow collection stays on it. */
const width = 140

type Tokens = readonly CST.SourceToken[]
type Collection = CST.BlockMap | CST.BlockSequence | CST.FlowCollection

/** A text of YAML again, every line where its place in the tree says. */
export function rewrite(text: string): string {
  const writer = new BlockWriter()
  for (const token of new Parser().parse(text)) writer.document(token)
  return writer.text
}

class BlockWriter {
  readonly #lines = new Lines()
  /** The collections around the one at hand: the column each had, and the one it has now. */
  readonly #open: { readonly was: number; readonly is: number }[] = []
  /** A comment ended the line: what follows needs another. */
  #commented = false

  get text(): string {
    return this.#lines.text
  }

  document(token: CST.Token): void {
    if (token.type === 'document') {
      this.#marks(token.start, 0)
      if (token.value !== undefined) this.#root(token.value)
      this.#marks(token.end ?? [], 0)
    } else if (token.type === 'directive' || token.type === 'doc-end') {
      this.#lines.begin(0)
      this.#lines.glue(token.source)
      if ('end' in token) this.#marks(token.end ?? [], 0)
    } else if (isSource(token)) this.#marks([token], 0)
  }

  #root(value: CST.Token): void {
    if (value.type === 'block-map' || value.type === 'block-seq') this.#collection(value, 0, false)
    else this.#value(value, -step, false)
  }

  /** `inline`: the first item goes on the line that is there, behind a `-`. */
  #collection(node: Collection, indent: number, inline: boolean): void {
    this.#open.push({ was: node.indent, is: indent })
    for (const [at, item] of node.items.entries()) {
      const { before, own } = split(item.start)
      const written = isWritten(item) || own.length > 0
      this.#trivia(before, indent, written)
      if (!written) continue
      if (!(inline && at === 0)) this.#lines.begin(indent)
      if (node.type === 'block-seq' || (node.type === 'flow-collection' && !isMap(node))) this.#entry(item, own, indent)
      else this.#pair(item, own, indent)
    }
    this.#open.pop()
  }

  #entry(item: CST.CollectionItem, own: Tokens, indent: number): void {
    this.#lines.word('-')
    const marked = this.#marks(own, indent + step)
    if (item.sep === undefined) this.#value(item.value, indent, !marked)
    else this.#pair(item, [], indent + step)
  }

  #pair({ key, sep, value }: CST.CollectionItem, own: Tokens, indent: number): void {
    this.#marks(own, indent)
    if (key !== undefined && key !== null && isFlowScalar(key)) {
      this.#lines.word(spelled(key))
      this.#marks(key.end ?? [], indent)
    }
    this.#lines.glue(':')
    this.#marks(sep ?? [], indent + step)
    this.#value(value, indent, false)
  }

  /** `indent` is that of the collection which the value stands in. */
  #value(node: CST.Token | null | undefined, indent: number, inline: boolean): void {
    if (node === undefined || node === null) return
    const inner = indent + step
    if (node.type === 'block-map' || node.type === 'block-seq') this.#collection(node, inner, inline)
    else if (node.type === 'flow-collection') this.#flow(node, inner, inline)
    else if (node.type === 'block-scalar') this.#text(node, inner)
    else if (isFlowScalar(node)) {
      this.#word(reindented(node, inner), inner)
      this.#marks(node.end ?? [], indent)
    }
  }

  #flow(node: CST.FlowCollection, indent: number, inline: boolean): void {
    const text = oneLine(node)
    if (text !== undefined && this.#lines.width + text.length < width) this.#word(text, indent)
    else {
      this.#collection(node, indent, inline)
      this.#lines.rest()
    }
    this.#marks(node.end.slice(1), indent - step)
  }

  /** On the line of its key, unless a comment stands there. */
  #word(text: string, indent: number): void {
    if (this.#commented) this.#lines.begin(indent)
    this.#lines.word(text)
    this.#commented = false
  }

  #text({ props, source, indent: parent }: CST.BlockScalar, indent: number): void {
    const marks = props.filter(isSource)
    const header = marks.find(({ type }) => type === 'block-scalar-header')?.source ?? ''
    this.#word(header.replace(/[1-9]/, String(step)), indent)
    this.#marks(marks, indent)
    this.#commented = false
    const said = /[1-9]/.exec(header)?.[0]
    const lines = source.replaceAll('\r\n', '\n').replace(/\n$/, '').split('\n')
    const was = said === undefined ? (/^ */.exec(lines.find(line => line.trim() !== '') ?? '')?.[0].length ?? 0) : parent + Number(said)
    const moved = lines.map(line => (line.length > was ? `${' '.repeat(indent)}${line.slice(was)}` : ''))
    this.#lines.block(source === '' ? [] : moved)
  }

  /** Anchors and tags, and whatever stands between them. True where there was any that a collection cannot begin behind. */
  #marks(tokens: Tokens, indent: number): boolean {
    let marked = false
    for (const [at, { type, source }] of tokens.entries()) {
      if (type === 'anchor' || type === 'tag' || type === 'doc-start') {
        if (type === 'doc-start') this.#lines.begin(0)
        this.#lines.word(source)
        marked = true
      } else if (type === 'newline') this.#lines.end()
      else if (type === 'comment') {
        this.#lines.comment(source, gapBefore(tokens, at), indent)
        this.#commented = true
        marked = true
      }
    }
    return marked
  }

  /** Comments before an item stand in its column; those behind the last one in that of the block which they were in. */
  #trivia(tokens: Tokens, indent: number, before: boolean): void {
    this.#commented = false
    for (const [at, { type, source, indent: was }] of tokens.entries()) {
      if (type === 'newline') this.#lines.end()
      if (type === 'comment')
        this.#lines.comment(source, gapBefore(tokens, at), before ? indent : (this.#open.findLast(open => open.was <= was)?.is ?? 0))
    }
  }
}

function split(start: Tokens): { readonly before: Tokens; readonly own: Tokens } {
  const at = start.findIndex(({ type }) => type !== 'space' && type !== 'comment' && type !== 'newline' && type !== 'comma')
  return at < 0 ? { before: start, own: [] } : { before: start.slice(0, at), own: start.slice(at) }
}

function reindented(node: CST.FlowScalar, indent: number): string {
  const [first = '', ...rest] = spelled(node).split(/\r?\n/)
  return [first, ...rest.map(line => line.trimStart()).map(line => (line === '' ? '' : ' '.repeat(indent) + line))].join('\n')
}

function gapBefore(tokens: Tokens, at: number): string {
  const before = tokens[at - 1]
  return before?.type === 'space' ? before.source : ''
}

const isSource = (token: CST.Token): token is CST.SourceToken =>
  !('items' in token || 'props' in token || 'value' in token) && 'indent' in token
