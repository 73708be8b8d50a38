import { explanations } from '../config/explanations.ts'
import type { Finding, Where } from '../core/finding.ts'

/** Findings as SARIF 2.1.0, each rule with its page. */
export function asSarif(findings: readonly Finding[]): unknown {
  const results = findings.map(({ rule, severity, message, hint, related = [], ...where }) => ({
    ruleId: rule,
    level: severity,
    message: { text: hint === undefined ? message : `${message} (${hint})` },
    locations: [{ physicalLocation: physical(where) }],
    ...(related.length === 0
      ? {}
      : { relatedLocations: related.map(({ where, text }) => ({ physicalLocation: physical(where), message: { text } })) }),
  }))
  const rules = [...new Set(findings.map(finding => finding.rule))].map(rule => ({ id: rule, ...description(rule) }))
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver: { name: 'sluice', rules } }, columnKind: 'utf16CodeUnits', results }],
  }
}

const physical = ({ file, line, column }: Where): unknown => ({
  artifactLocation: { uri: encodeURI(file) },
  region: { startLine: line, startColumn: column },
})

function description(rule: string): { readonly fullDescription?: { readonly text: string } } {
  const page = explanations[rule]
  return page === undefined ? {} : { fullDescription: { text: page.meaning } }
}
