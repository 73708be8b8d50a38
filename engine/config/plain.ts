type Plain = null | boolean | number | string

/** What a plain scalar is in the core schema of YAML 1.2 (10.3.2): `yes`, `on`, dates and times are text. */
export function resolvePlain(text: string): { readonly value: Plain; readonly misread?: string } {
  if (text === '' || text === '~' || /^(null|Null|NULL)$/.test(text)) return { value: null }
  if (/^(true|True|TRUE)$/.test(text)) return { value: true }
  if (/^(false|False|FALSE)$/.test(text)) return { value: false }
  if (!/^[-+.0-9]/.test(text)) return { value: text }
  if (/^[-+]?[0-9]+$/.test(text)) return number(text, Number.parseInt(text, 10), /^[-+]?0[0-9]/.test(text))
  if (/^0o[0-7]+$/.test(text)) return number(text, Number.parseInt(text.slice(2), 8), false)
  if (/^0x[0-9a-fA-F]+$/.test(text)) return number(text, Number.parseInt(text.slice(2), 16), false)
  if (/^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/.test(text)) return number(text, Number.parseFloat(text), false)
  if (/^([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$/.test(text)) return { value: 0, misread: text }
  return { value: text }
}

/** `inexact`: the number does not say what was written. */
function number(text: string, value: number, inexact: boolean): { readonly value: Plain; readonly misread?: string } {
  const unsafe = !Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value))
  return inexact || unsafe ? { value: Number.isFinite(value) ? value : 0, misread: text } : { value }
}
