import { SluiceError } from '../core/errors.ts'
import type { Body, Json, Source } from '../core/message.ts'

/** The input as one value: the body, or the query where there is none, with the path parameters over it. Throws INPUT_INVALID for a body that contradicts one. */
export function inputOf(body: Body, { params, query }: Source): Body {
  const given = body === undefined ? { ...query } : body
  if (params === undefined || isEmpty(params) || !isObject(given)) return given
  const over: Record<string, Json> = {}
  for (const [name, text] of Object.entries(params)) {
    const said = body !== undefined && Object.hasOwn(given, name) ? given[name] : undefined
    if (said === undefined) over[name] = text
    else if (!says(said, text)) throw contradiction(name)
  }
  return { ...given, ...over }
}

const isObject = (body: Body): body is { readonly [key: string]: Json } =>
  typeof body === 'object' && body !== null && !Array.isArray(body) && !(body instanceof Uint8Array) && !(body instanceof Blob)

function isEmpty(params: object): boolean {
  for (const _ in params) return false
  return true
}

/** A path says everything in text. */
const says = (value: Json, text: string): boolean =>
  value === text ||
  (typeof value === 'number' && text.trim() === text && text !== '' && Number(text) === value) ||
  (typeof value === 'boolean' && String(value) === text)

function contradiction(name: string): SluiceError {
  const violations = [{ pointer: `/${name}`, text: 'is not what the path says' }]
  return new SluiceError('INPUT_INVALID', `the body contradicts the path parameter ${name}`, { violations, violationCount: 1 })
}
