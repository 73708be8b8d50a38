import type { Name } from '../ast.ts'
import { startOf } from '../ast.ts'
import { nearest } from '../finding.ts'
import type { Before, Environment } from './environment.ts'
import { lengthAt } from './place.ts'
import { each, type Form, maybe, type ObjectForm, present, sequenceOf, type Type, unionOf, unknown } from './type.ts'

/** A field of what `$` is; of a list, that of its members. What no form of it has is a finding. */
export function readField(type: Type, node: Name, environment: Environment): Type {
  const { one, many } = each(type)
  if (one.forms === undefined || one.forms.length === 0) return unknown
  const found = one.forms.map(form => fieldOf(form, node.value))
  const there = found.filter(field => field !== undefined)
  if (there.length === 0) {
    report(one.forms, node, environment)
    return unknown
  }
  const all = unionOf(there)
  const lacking = one.forms.some((form, at) => found[at] === undefined && isSurelyWithout(form))
  if (many) return sequenceOf(all)
  return lacking || type.missing ? maybe(all) : all
}

/** Undefined where the form has no such field, or where nobody said so. */
function fieldOf(form: Form, name: string): Type | undefined {
  if (form.kind === 'list') return unknown
  if (form.kind !== 'object') return undefined
  return form.fields.get(name) ?? (typeof form.others === 'object' ? present(form.others) : undefined)
}

const isSurelyWithout = (form: Form): boolean => form.kind !== 'object' || form.others === 'closed'

function report(forms: readonly Form[], node: Name, environment: Environment): void {
  const { guarded, label, notes } = environment
  const objects = forms.filter(form => form.kind === 'object')
  const names = [...new Set(objects.flatMap(form => [...form.fields.keys()]))]
  const severity = objects.some(form => form.others === 'open') ? 'warning' : 'error'
  const offset = startOf(node, notes.source)
  const at = { offset, length: lengthAt(node, offset), severity } as const
  const before = environment.context === environment.body ? environment.before : undefined
  if (before !== undefined && hasField(before.type, node.value)) {
    notes.say({ ...at, rule: 'replaced-body', ...replaced(before, node.value, label) })
    return
  }
  const near = nearest(node.value, names)
  // who asks whether it is there knows that no schema names it
  if (guarded && severity === 'warning' && near === undefined) return
  const message = objects.length === 0 ? `${label} is ${kindsOf(forms)}, which has no fields` : `${label} has no field "${node.value}"`
  notes.say({
    ...at,
    rule: 'unknown-property',
    message,
    hint: near === undefined ? choice(names, node.value, environment) : `did you mean ${near}?`,
  })
}

const replaced = (before: Before, name: string, label: string): { readonly message: string; readonly hint: string } => ({
  message: `${label} has no field "${name}": ${before.because}`,
  hint: `write ${before.name}.${name}`,
})

/** Bound always: what they have is seldom what was meant. */
const standing: ReadonlySet<string> = new Set(['input', 'last', 'meta', 'error'])

/** The variable that has such a field, else the fields that there are. */
function choice(names: readonly string[], name: string, { variables }: Environment): string | undefined {
  for (const [variable, type] of variables)
    if (!standing.has(variable) && hasField(type, name)) return `$${variable} has one: write $${variable}.${name}`
  if (names.length === 0) return undefined
  return `there are ${names.slice(0, 10).join(', ')}${names.length > 10 ? ', …' : ''}`
}

const hasField = ({ forms }: Type, name: string): boolean =>
  forms?.some(form => form.kind === 'object' && (form as ObjectForm).fields.has(name)) === true

const kinds: Readonly<Record<Form['kind'], string>> = {
  text: 'a text',
  number: 'a number',
  boolean: 'true or false',
  null: 'null',
  list: 'a list',
  object: 'an object',
  function: 'a function',
}
export const kindsOf = (forms: readonly Form[]): string => [...new Set(forms.map(form => kinds[form.kind]))].join(' or ')
