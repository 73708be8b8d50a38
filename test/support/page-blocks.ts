import { parse, stringify } from 'yaml'

/** A fenced block of YAML on a page, and what a comment before it declares besides. */
export interface Block {
  readonly page: string
  readonly line: number
  readonly text: string
  /** The YAML of a comment `<!-- with: … -->` right before the block. */
  readonly companion: string
}

export function pageBlocks(page: string, markdown: string): readonly Block[] {
  return [...markdown.matchAll(/(?:<!-- with:\n(?<companion>[\s\S]*?)-->\n+)?```yaml\n(?<text>[\s\S]*?)```/g)].map(found => ({
    page,
    line: markdown.slice(0, found.index + found[0].indexOf('```yaml')).split('\n').length,
    text: found.groups?.['text'] ?? '',
    companion: found.groups?.['companion'] ?? '',
  }))
}

/** The files of a folder in which the block stands: the block itself, made whole by its kind, its companion, and connectors that the page declares elsewhere. */
export function wrapBlock(block: Block, all: readonly Block[]): Readonly<Record<string, string>> {
  const { file, text } = wholeDocument(block.text)
  const declared = [text, block.companion].map(one => keysOf(one, 'connectors'))
  const elsewhere = all.filter(other => other.page === block.page && other !== block && isDocument(other.text))
  const connectors: Record<string, unknown> = {}
  if (text !== block.text && block.companion === '')
    for (const other of elsewhere)
      for (const [name, value] of Object.entries(section(other.text, 'connectors')))
        if (!declared.some(names => names.has(name))) connectors[name] = value
  return {
    [file]: text,
    ...(block.companion === '' ? {} : { 'companion.yaml': block.companion }),
    ...(Object.keys(connectors).length === 0 ? {} : { 'page.yaml': stringify({ connectors }, { lineWidth: 0 }) }),
  }
}

const sections = ['connectors', 'security', 'schemas', 'listeners', 'pipelines']
const channels = ['http', 'soap', 'schedule']

/** A fragment in the place where it would stand; a document as it is. */
function wholeDocument(text: string): { readonly file: string; readonly text: string } {
  const value: unknown = parse(text)
  if (Array.isArray(value)) {
    const [first] = value
    const kind = channels.some(type => Object.hasOwn(Object(first), type)) ? 'channels' : 'steps'
    return { file: 'block.yaml', text: `pipelines:\n  page:\n    ${kind}:\n${indented(text, 6)}` }
  }
  if (Object.hasOwn(Object(value), 'tests')) return { file: 'block.test.yaml', text }
  if (isDocument(text)) return { file: 'block.yaml', text }
  return { file: 'block.yaml', text: `pipelines:\n  page:\n${indented(text, 4)}` }
}

function isDocument(text: string): boolean {
  const value: unknown = parse(text)
  return !Array.isArray(value) && sections.some(name => Object.hasOwn(Object(value), name))
}

function section(text: string, name: string): Readonly<Record<string, unknown>> {
  const value: unknown = parse(text)
  return Object.hasOwn(Object(value), name) ? Object(Object(value)[name]) : {}
}

const keysOf = (text: string, name: string): ReadonlySet<string> => new Set(text === '' ? [] : Object.keys(section(text, name)))

const indented = (text: string, by: number): string => text.replace(/^(?=.)/gm, ' '.repeat(by))
