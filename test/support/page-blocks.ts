import { readdirSync } from 'node:fs'
import { parseDocument } from 'yaml'

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

/** The files of a folder in which the block stands: the block itself, made whole by its kind, and its companion. */
export function wrapBlock({ text, companion }: Block): Readonly<Record<string, string>> {
  return { ...wholeDocument(text), ...(companion === '' ? {} : { 'companion.yaml': companion }) }
}

const sections = ['connectors', 'security', 'schemas', 'listeners', 'pipelines']
const channels = readdirSync(new URL('../../schemas/channel/', import.meta.url)).map(name => name.replace('.json', ''))

/** A fragment in the place where it would stand; a document as it is. What is wrong with it is for the loader to say. */
function wholeDocument(text: string): Readonly<Record<string, string>> {
  const value: unknown = parseDocument(text).toJS()
  const has = (name: string): boolean => Object.hasOwn(Object(value), name)
  if (Array.isArray(value)) {
    const kind = channels.some(type => Object.hasOwn(Object(value[0]), type)) ? 'channels' : 'steps'
    return { 'block.yaml': `pipelines:\n  page:\n    ${kind}:\n${indented(text, 6)}` }
  }
  if (has('tests')) return { 'block.test.yaml': text }
  if (sections.some(has)) return { 'block.yaml': text }
  return { 'block.yaml': `pipelines:\n  page:\n${indented(text, 4)}` }
}

const indented = (text: string, by: number): string => text.replace(/^(?=.)/gm, ' '.repeat(by))
