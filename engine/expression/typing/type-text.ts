import { type Form, isScalar, type Type } from './type.ts'

/** How deep objects and lists are written out, how many fields and values are named, before `…` stands for the rest. */
const deepest = 4
const mostFields = 12
const mostValues = 6

/** A type in a line: `{ rate: text, day?: number, … }`. `?` behind a name: it may be missing; `…`: others may be there; `?` alone: unknown. */
export const typeText = (type: Type): string =>
  `${formsText(type, deepest)}${type.missing && type.forms?.length !== 0 ? ' or nothing' : ''}`

function formsText({ forms }: Type, depth: number): string {
  if (forms === undefined) return '?'
  if (forms.length === 0) return 'nothing'
  return forms.map(form => formText(form, depth)).join(' | ')
}

function formText(form: Form, depth: number): string {
  if (isScalar(form)) {
    const few = form.values !== undefined && form.values.length > 0 && form.values.length <= mostValues
    return few ? (form.values ?? []).map(value => JSON.stringify(value)).join(' | ') : form.kind
  }
  if (form.kind === 'function') return 'function'
  if (form.kind === 'list' && form.items.forms?.length === 0) return '[]'
  if (form.kind === 'list') return depth === 0 ? '[ … ]' : `[${formsText(form.items, depth - 1)}]`
  if (depth === 0) return '{ … }'
  const fields = [...form.fields]
    .slice(0, mostFields)
    .map(([name, field]) => `${shownName(name)}${field.missing ? '?' : ''}: ${formsText(field, depth - 1)}`)
  const others = form.others === 'closed' && form.fields.size <= mostFields ? [] : ['…']
  const all = [...fields, ...others]
  return all.length === 0 ? '{}' : `{ ${all.join(', ')} }`
}

const shownName = (name: string): string => (/^\w+$/.test(name) ? name : `\`${name}\``)
