import type { Refusal } from '../../core/component.ts'
import type { Json, Reply } from '../../core/message.ts'
import { STATUS_CODES } from '../../core/node-http.ts'
import { createXmlWriter } from '../../formats/xml-writer.ts'

/**
 * A refusal as problem details of RFC 9457: `application/problem+xml` (its appendix B) for the format xml, else `application/problem+json`.
 * The type is `about:blank`, so the title is the status; `code`, `id`, `violations`, `violationCount`, `details` extend it.
 */
export function renderProblem(refusal: Refusal, format: string | undefined): Reply {
  const problem = describe(refusal)
  const { status, headers } = refusal
  if (format === 'xml') return { status, headers, contentType: 'application/problem+xml', body: Buffer.from(writeXml(problem)) }
  return { status, headers, contentType: 'application/problem+json', body: Buffer.from(JSON.stringify(problem)) }
}

type Problem = { readonly [member: string]: Json }

function describe({ id, status, code, text, violations, violationCount, details }: Refusal): Problem {
  return {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: text,
    code,
    id,
    ...(violations.length > 0 ? { violationCount, violations: violations.map(violation => ({ ...violation })) } : undefined),
    ...(details === undefined ? undefined : { details }),
  }
}

/** An author's `details` may have names that XML does not: then they are there as JSON text. */
function writeXml(problem: Problem): string {
  const shown = clean(problem)
  try {
    return element(listed(shown))
  } catch {
    const { details, ...rest } = shown
    return element(listed({ ...rest, details: JSON.stringify(details) }))
  }
}

const element = (problem: Json): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${createXmlWriter().element('problem', problem, 'urn:ietf:rfc:7807')}`

/** Appendix B: the members of a list are elements `i` in it. */
function listed(value: Json): Json {
  if (Array.isArray(value)) return { i: value.map(listed) }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, listed(item)]))
}

const clean = (problem: Problem): Problem =>
  JSON.parse(JSON.stringify(problem), (_name, value: unknown) => (typeof value === 'string' ? value.replace(notXml, '\ufffd') : value))

/** Characters that XML 1.0 cannot say: a message may quote what a caller sent. */
const notXml = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu
