import jsonata from 'jsonata'
import type { Node } from './ast.ts'
import type { ExpressionFinding } from './finding.ts'
import { isFault, tokenize } from './tokens.ts'

export type Parsed = { readonly tree: Node } | { readonly finding: ExpressionFinding }

/** Bounds of what is parsed: the parser copies the left side of `?:` and `??`, so that the tree doubles with each that is nested there. */
const longest = 16 << 10
const deepest = 200
const deepestDefault = 6

/** The only place where the package's parser is called. Never throws. */
export function parse(source: string): Parsed {
  const size = checkSize(source)
  if (size !== undefined) return { finding: size }
  try {
    // the shape that a golden test holds; the package's own declaration leaves most of it out
    const tree = jsonata(source).ast() as unknown as Node
    return { tree }
  } catch (error) {
    return { finding: syntaxFinding(source, error) }
  }
}

function checkSize(source: string): ExpressionFinding | undefined {
  const refuse = (message: string, offset: number): ExpressionFinding => ({
    rule: 'expression-size',
    severity: 'error',
    message,
    hint: 'split it, or write a plugin',
    offset,
  })
  if (source.length > longest) return refuse(`the expression is too long: ${source.length} characters of at most ${longest}`, longest)
  const tokens = tokenize(source)
  // for every open bracket: how deep `?:` and `??` stand in what came before, and in the whole
  const open: Nesting[] = [{ inner: 0, deep: 0 }]
  for (let token = tokens.next(); token !== undefined && !isFault(token); token = tokens.next()) {
    const here = open.at(-1)
    if (here === undefined) return undefined
    if ('([{'.includes(token.text)) open.push({ inner: 0, deep: 0 })
    else if (')]}'.includes(token.text) && open.length > 1) {
      open.pop()
      const around = open.at(-1)
      if (around !== undefined) around.inner = Math.max(around.inner, here.deep, here.inner)
    } else if (token.text === '??' || token.text === '?:') {
      here.deep = Math.max(here.deep, here.inner + 1)
      here.inner = 0
    }
    if (open.length > deepest) return refuse(`the expression is nested too deeply: more than ${deepest} brackets`, token.start)
    if (here.deep > deepestDefault)
      return refuse(`?: and ?? are nested too deeply: more than ${deepestDefault} in brackets before one`, token.start)
  }
  return undefined
}

interface Nesting {
  inner: number
  deep: number
}

function syntaxFinding(source: string, error: unknown): ExpressionFinding {
  if (error instanceof RangeError)
    return { rule: 'expression-size', severity: 'error', message: 'the expression is nested too deeply', offset: 0 }
  const told = typeof error === 'object' && error !== null ? error : {}
  const message = 'message' in told && typeof told.message === 'string' ? told.message : 'it cannot be read'
  const position = 'position' in told && typeof told.position === 'number' ? told.position : 0
  const token = 'token' in told && typeof told.token === 'string' && told.token !== '(end)' ? told.token : ''
  return {
    rule: 'expression-syntax',
    severity: 'error',
    message: `the expression cannot be read: ${message.charAt(0).toLowerCase()}${message.slice(1).replaceAll('"(end)"', 'its end')}`,
    offset: Math.min(source.length, Math.max(0, position - token.length)),
    length: Math.max(1, token.length),
  }
}
