import type { Finding, Where } from '../core/finding.ts'

export interface More {
  readonly hint?: string | undefined
  readonly related?: Finding['related']
}

export const errorAt = (where: Where, rule: string, message: string, more: More = {}): Finding =>
  finding('error', where, rule, message, more)
export const warningAt = (where: Where, rule: string, message: string, more: More = {}): Finding =>
  finding('warning', where, rule, message, more)

function finding(severity: Finding['severity'], where: Where, rule: string, message: string, { hint, related }: More): Finding {
  return { severity, rule, message, ...where, ...(hint === undefined ? {} : { hint }), ...(related === undefined ? {} : { related }) }
}
