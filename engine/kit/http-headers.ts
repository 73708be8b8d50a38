import type { ConfigFault } from '../core/component.ts'
import { SluiceError } from '../core/errors.ts'
import { Secret } from '../core/secret.ts'

/** Outgoing headers with lower-case names, secrets revealed. Throws ARGUMENT_INVALID for names and values that HTTP cannot carry: CR, LF, NUL, anything beyond ISO-8859-1. */
export function headersOf(headers: Outgoing | undefined): Readonly<Record<string, string>> {
  const rendered: Record<string, string> = Object.create(null)
  if (headers === undefined) return rendered
  for (const [name, value] of Object.entries(headers)) {
    // An argument without a value leaves its header out.
    if (value === undefined || value === null) continue
    const fault = faultOf(name, value)
    if (fault !== undefined) throw new SluiceError('ARGUMENT_INVALID', `calling an HTTP server: the header "${name}" ${fault}`)
    rendered[name.toLowerCase()] = text(value)
  }
  return rendered
}

/** What is wrong with a connector's `headers`. `own`: lower-case names that its protocol sets besides those of HTTP. */
export function checkHeaders(headers: Outgoing, own: ReadonlySet<string> = new Set()): readonly ConfigFault[] {
  const faults: ConfigFault[] = []
  for (const [name, value] of Object.entries(headers)) {
    const fault = own.has(name.toLowerCase()) ? setByUs : faultOf(name, value)
    const pointer = `/headers/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
    if (fault !== undefined) faults.push({ pointer, message: `the header "${name}" ${fault}` })
  }
  return faults
}

type Value = string | number | boolean | Secret
type Outgoing = { readonly [name: string]: Value }

function faultOf(name: string, value: Value): string | undefined {
  if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name)) return 'has a name that HTTP does not allow'
  if (ours.has(name.toLowerCase())) return setByUs
  return /[^\t\x20-\x7e\x80-\xff]/.test(text(value)) ? 'has a character that a header cannot carry' : undefined
}

const text = (value: Value): string => (value instanceof Secret ? value.reveal() : String(value))

const setByUs = 'is set by the gateway itself'

/** What frames a message, or speaks of one connection only. */
const ours: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])
