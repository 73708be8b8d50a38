import { relative } from 'node:path'
import { type Finding, isError } from '../core/finding.ts'
import type { Terminal } from './command.ts'
import { asSarif } from './sarif.ts'

export type FindingFormat = 'text' | 'json' | 'github' | 'sarif'
export const findingFormats: readonly FindingFormat[] = ['text', 'json', 'github', 'sarif']

interface PrintOptions {
  readonly terminal: Terminal
  readonly format: FindingFormat
}

/** Prints findings, in order of place: text goes to the error stream, what machines read to the output. */
export function printFindings(findings: readonly Finding[], { terminal, format }: PrintOptions): void {
  const shown = findings.map(finding => ({ ...finding, file: shorter(finding.file, terminal.folder) })).sort(byPlace)
  if (format === 'text') terminal.err(lines(shown.map(finding => asText(finding, terminal.terminal))))
  else if (format === 'github') terminal.out(lines(shown.map(asGithub)))
  else terminal.out(`${JSON.stringify(format === 'json' ? { findings: shown } : asSarif(shown), null, 2)}\n`)
}

const lines = (texts: readonly string[]): string => texts.map(text => `${text}\n`).join('')

/** `3 errors, 1 warning`. */
export function counted(findings: readonly Finding[]): string {
  const errors = findings.filter(isError).length
  const warnings = findings.length - errors
  return [plural(errors, 'error'), plural(warnings, 'warning')].filter(text => !text.startsWith('0 ')).join(', ') || 'no findings'
}

function asText(finding: Finding, coloured: boolean): string {
  const colour = (code: number, text: string): string => (coloured ? `\u001b[${code}m${text}\u001b[0m` : text)
  const place = `${finding.file}:${finding.line}:${finding.column}`
  const hint = finding.hint === undefined ? '' : ` (${finding.hint})`
  const related = (finding.related ?? []).map(({ where, text }) => `\n    ${where.file}:${where.line}:${where.column} ${text}`)
  return `${place} ${colour(isError(finding) ? 31 : 33, finding.severity)} ${finding.rule}  ${finding.message}${hint}${related.join('')}`
}

/** GitHub's workflow commands. */
function asGithub(finding: Finding): string {
  const escaped = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
  const property = (text: string): string => escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
  const { file, line, column, rule, message, hint } = finding
  return `::${finding.severity} file=${property(file)},line=${line},col=${column},title=${property(rule)}::${escaped(hint === undefined ? message : `${message} (${hint})`)}`
}

/** As a person names a file: from where the command was started, where it lies below that. */
export function shorter(file: string, folder: string): string {
  const short = relative(folder, file)
  return short === '' || short.startsWith('..') ? file : short
}

const byPlace = (a: Finding, b: Finding): number => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line || a.column - b.column)

export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
