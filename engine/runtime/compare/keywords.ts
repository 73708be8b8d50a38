import { isDeepStrictEqual } from 'node:util'
import type { Json } from '../../core/message.ts'
import type { Facts } from './facts.ts'

/** `narrower`: something that was valid is not any more; `wider`: something is that was not. Both where nobody can tell. */
export interface KeywordChange {
  readonly text: string
  readonly narrower: boolean
  readonly wider: boolean
}

/** The more, the less is valid. */
const least = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties', 'minContains']
/** The less, the less is valid. */
const most = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties', 'maxContains']
/** Said at all, less is valid; two of them cannot be compared. */
const limiting = [
  'pattern',
  'format',
  'multipleOf',
  'uniqueItems',
  'not',
  'if',
  'then',
  'else',
  'contains',
  'propertyNames',
  'patternProperties',
  'prefixItems',
  'dependentSchemas',
  'contentEncoding',
  'contentMediaType',
]

/** The keywords whose value alone says what is valid. */
export function keywordChanges({ keywords: old }: Facts, { keywords: next }: Facts): readonly KeywordChange[] {
  const changed = (name: string): boolean => !isDeepStrictEqual(old.get(name), next.get(name))
  const bounds = [...least, ...most].filter(changed).map(name => {
    const absent = least.includes(name) ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
    const [before, after] = [old.get(name) ?? absent, next.get(name) ?? absent].map(Number)
    const more = (after ?? 0) > (before ?? 0)
    const narrower = least.includes(name) ? more : !more
    return { text: sentence(name, old.get(name), next.get(name)), narrower, wider: !narrower }
  })
  const others = limiting.filter(changed).map(name => ({
    text: sentence(name, old.get(name), next.get(name)),
    narrower: next.has(name) && next.get(name) !== false,
    wider: old.has(name) && old.get(name) !== false,
  }))
  return [...bounds, ...others]
}

/** `: minimum is 2 now, not 1`. */
export function sentence(name: string, old: Json | undefined, next: Json | undefined): string {
  const texts = [next, old].map(value => (value === undefined ? 'none' : JSON.stringify(value)))
  if (texts.some(text => text.length > 60)) return `: ${name} is another one now`
  return `: ${name} is ${texts.join(' now, not ')}`
}
