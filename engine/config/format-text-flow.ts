import type { CST } from 'yaml'

type Item = CST.CollectionItem

/** A scalar, alias or key as one line spells it: in double quotes rather than single ones, unless the text has such or a backslash. */
export function spelled({ type, source }: CST.FlowScalar): string {
  if (type !== 'single-quoted-scalar' || /["\\]/.test(source)) return source
  return `"${source.slice(1, -1).replaceAll("''", "'")}"`
}

/** `{ a: 1, b: [x, y] }`; undefined where it cannot stand on one line: comments, texts of several lines. */
export function oneLine(flow: CST.FlowCollection): string | undefined {
  const texts = flow.items.filter(isWritten).map(itemText)
  if (!texts.every(text => text !== undefined) || hasComment(lastItem(flow)?.start)) return undefined
  const [open, close] = isMap(flow) ? ['{ ', ' }'] : ['[', ']']
  const text = `${open}${texts.join(', ')}${close}`
  return texts.length === 0 ? text.replaceAll(' ', '') : text
}

export const isMap = (flow: CST.FlowCollection): boolean => flow.start.type === 'flow-map-start'

/** What follows the last comma is an item to the parser, though nothing is written there. */
export const isWritten = ({ key, value, sep }: Item): boolean => (key ?? value ?? sep) !== undefined

function itemText({ start, key, sep, value }: Item): string | undefined {
  const parts = [tokenText(start), valueText(key), tokenText(sep), valueText(value)]
  if (!parts.every(part => part !== undefined)) return undefined
  const [before = '', name = '', , held = ''] = parts
  const marks = (sep ?? []).filter(({ type }) => type === 'anchor' || type === 'tag').map(({ source }) => source)
  const colon = (sep ?? []).some(({ type }) => type === 'map-value-ind') ? ':' : ''
  return words([before, `${name}${colon}`, ...marks, held])
}

const words = (parts: readonly string[]): string => parts.filter(part => part !== '').join(' ')

/** Anchors and tags; undefined where there is a comment, or a key that is written with `?`. */
function tokenText(tokens: readonly CST.SourceToken[] = []): string | undefined {
  if (hasComment(tokens) || tokens.some(({ type }) => type === 'explicit-key-ind')) return undefined
  return words(tokens.filter(({ type }) => type === 'anchor' || type === 'tag').map(({ source }) => source))
}

function valueText(token: CST.Token | null | undefined): string | undefined {
  if (token === undefined || token === null) return ''
  if (token.type === 'flow-collection') return hasComment(token.end) ? undefined : oneLine(token)
  if (!isFlowScalar(token) || token.source.includes('\n') || hasComment(token.end)) return undefined
  return spelled(token)
}

export const isFlowScalar = (token: CST.Token): token is CST.FlowScalar =>
  token.type === 'alias' || token.type === 'scalar' || token.type === 'single-quoted-scalar' || token.type === 'double-quoted-scalar'

const hasComment = (tokens: readonly CST.SourceToken[] = []): boolean => tokens.some(({ type }) => type === 'comment')

const lastItem = ({ items }: CST.FlowCollection): Item | undefined => items.at(-1)
