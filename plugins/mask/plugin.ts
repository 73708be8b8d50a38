import { type Body, defineTransform, type Json } from 'sluice/plugin'

export interface MaskConfig {
  readonly fields: readonly string[]
  /** Characters at the end that stay readable. */
  readonly keep: number
  readonly character: string
}

/** Hides all but the last characters of the named fields, wherever they stand in the body. Bytes pass as they are. */
export default defineTransform<MaskConfig>({
  compile: config => {
    const fields = new Set(config.fields)
    return message => maskBody(message.body, fields, config)
  },
})

function maskBody(body: Body, fields: ReadonlySet<string>, config: MaskConfig): Body {
  if (body === undefined || body instanceof Uint8Array || body instanceof Blob) return body
  return maskFields(body, fields, config)
}

function maskFields(value: Json, fields: ReadonlySet<string>, config: MaskConfig): Json {
  if (isList(value)) return value.map(member => maskFields(member, fields, config))
  if (typeof value !== 'object' || value === null) return value
  const masked = Object.entries(value).map(([name, member]) => [
    name,
    fields.has(name) ? hide(member, config) : maskFields(member, fields, config),
  ])
  return Object.fromEntries(masked)
}

/** Everything below a named field is hidden; numbers and booleans become text, since a masked number is none. */
function hide(value: Json, config: MaskConfig): Json {
  if (value === null) return null
  if (isList(value)) return value.map(member => hide(member, config))
  if (typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, hide(member, config)]))
  return maskText(String(value), config)
}

function maskText(text: string, { keep, character }: MaskConfig): string {
  // by code point: half a surrogate pair is no text
  const characters = [...text]
  const kept = characters.length > keep ? keep : 0
  return character.repeat(characters.length - kept) + characters.slice(characters.length - kept).join('')
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value)
