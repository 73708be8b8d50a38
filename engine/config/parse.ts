import { Composer, CST, type Document, Lexer, Parser, type YAMLParseError } from 'yaml'
import type { Finding, Staged } from '../core/finding.ts'
import { errorAt } from './finding-at.ts'
import { findMisread } from './misread.ts'
import type { Node } from './node.ts'
import { locate, type SourceFile } from './position.ts'
import { type Report, TreeBuilder } from './tree.ts'
import { faultAt } from './yaml-fault.ts'

export interface Parsed {
  /** Absent where there is nothing in the file, or nothing that can be trusted after a fault of syntax. */
  readonly root?: Node | undefined
  readonly broken: boolean
  /** Something in it stands for what is written elsewhere. */
  readonly aliased: boolean
}

/** Lexemes that stand for no text. */
const controls: ReadonlySet<string> = new Set([CST.SCALAR, CST.DOCUMENT, CST.FLOW_END])
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
    const { offset, message, hint } = faultAt(composed.code, composed.offset, file.text)
    if (!explained) report(offset, 'yaml-syntax', message, hint)
    return { value: { broken: true, aliased: false }, findings }
  }
  if (composed.contents === null) return { value: { broken: false, aliased: false }, findings }
  const builder = new TreeBuilder(file.text, misread.cut, report)
  const root = builder.build(composed.contents)
  const { full, aliased } = builder
  return { value: full ? { broken: true, aliased } : { root, broken: false, aliased }, findings }
}

function compose(lexemes: readonly string[], length: number): Document.Parsed | { readonly code: string; readonly offset: number } {
  try {
    const parser = new Parser()
    const tokens = []
    for (const lexeme of lexemes) tokens.push(...parser.next(lexeme))
    tokens.push(...parser.end())
    // failsafe: every scalar stays as it was written, whatever a %YAML directive says; resolvePlain decides.
    const composer = new Composer({ uniqueKeys: false, schema: 'failsafe', logLevel: 'silent' })
    const [document, second] = composer.compose(tokens, true, length)
    if (document === undefined) return { code: 'EMPTY', offset: 0 }
    const fault = document.errors[0]
    if (fault !== undefined) return { code: codeOf(fault), offset: fault.pos[0] }
    return second === undefined ? document : { code: 'MULTIPLE_DOCS', offset: second.range[0] }
  } catch (error) {
    if (error instanceof RangeError) return { code: 'TOO_DEEP', offset: 0 }
    throw error
  }
}

/** One code of the parser stands for lines that begin in the wrong column, and for brackets that never close. */
function codeOf({ code, message }: YAMLParseError): string {
  if (code !== 'BAD_INDENT' || !message.startsWith('Flow')) return code
  return message.startsWith('Flow map') ? 'OPEN_MAP' : 'OPEN_LIST'
}

/** The parser complains of a quote that never closes at the end of the file; it is better told where it opens. */
function openQuote(lexemes: readonly string[]): { readonly code: string; readonly offset: number } | undefined {
  const last = lexemes.findLast(lexeme => lexeme.length > 1 || lexeme.trim() !== '')
  if (last === undefined || !/^(?:"(?:[^"\\]|\\[\s\S])*|'(?:[^']|'')*)$/.test(last)) return undefined
  if (lexemes[lexemes.lastIndexOf(last) - 1] === CST.SCALAR) return undefined
  const before = lexemes.slice(0, lexemes.lastIndexOf(last)).filter(lexeme => !controls.has(lexeme))
  return { code: 'OPEN_QUOTE', offset: before.reduce((sum, lexeme) => sum + lexeme.length, 0) }
}
