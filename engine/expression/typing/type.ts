/**
 * What is known of a value before there is one. `forms` are the kinds it can have, undefined where nothing is known. `missing`: it is known that it
 * may be nothing; where that is only possible, as an item of a list that may be empty, it is not said.
 */
export interface Type {
  readonly forms: readonly Form[] | undefined
  readonly missing: boolean
}
export type Form = Scalar | ListForm | ObjectForm | FunctionForm

export interface Scalar {
  readonly kind: 'text' | 'number' | 'boolean' | 'null'
  /** All that it can be, where that is a closed set. */
  readonly values?: readonly Value[] | undefined
}
export type Value = string | number | boolean
export interface ListForm {
  readonly kind: 'list'
  readonly items: Type
}
export interface ObjectForm {
  readonly kind: 'object'
  readonly fields: ReadonlyMap<string, Type>
  /** `closed`: there are no others; `open`: nobody said so; a type: they are of that type. */
  readonly others: 'closed' | 'open' | Type
  /** Fields that are there where one is. */
  readonly requires?: ReadonlyMap<string, readonly string[]> | undefined
}
export interface FunctionForm {
  readonly kind: 'function'
  readonly returns: Type
}

export const unknown: Type = { forms: undefined, missing: false }
export const nothing: Type = { forms: [], missing: true }
export const text: Type = { forms: [{ kind: 'text' }], missing: false }
export const number: Type = { forms: [{ kind: 'number' }], missing: false }
export const boolean: Type = { forms: [{ kind: 'boolean' }], missing: false }
export const nullType: Type = { forms: [{ kind: 'null' }], missing: false }

export const listOf = (items: Type): Type => ({ forms: [{ kind: 'list', items: present(items) }], missing: false })
export const functionOf = (returns: Type): Type => ({ forms: [{ kind: 'function', returns }], missing: false })

export function objectOf(fields: Iterable<readonly [string, Type]>, others: ObjectForm['others'] = 'closed'): Type {
  return { forms: [{ kind: 'object', fields: new Map(fields), others }], missing: false }
}

/** The type of one constant. */
export function literal(value: Value | null): Type {
  if (value === null) return nullType
  const kind = typeof value === 'string' ? 'text' : typeof value === 'number' ? 'number' : 'boolean'
  return { forms: [{ kind, values: [value] }], missing: false }
}

/** The same, but there. */
export const present = (type: Type): Type => (type.missing ? { forms: type.forms, missing: false } : type)
/** The same, but perhaps not there. */
export const maybe = (type: Type): Type => (type.missing ? type : { forms: type.forms, missing: true })

/** More objects side by side are not told apart any more. */
const mostObjects = 8

export function union(first: Type, second: Type): Type {
  const missing = first.missing || second.missing
  if (first.forms === undefined || second.forms === undefined) return { forms: undefined, missing }
  const forms = second.forms.reduce<readonly Form[]>(withForm, first.forms)
  const objects = forms.filter(form => form.kind === 'object').length
  return { forms: objects > mostObjects ? undefined : forms, missing }
}

export const unionOf = (types: readonly Type[]): Type => (types.length === 0 ? unknown : types.reduce((all, type) => union(all, type)))

/** What each of it is where it is gone over: the members of a list, or itself. `many`: it may be a list. */
export function each(type: Type): { readonly one: Type; readonly many: boolean } {
  if (type.forms === undefined) return { one: unknown, many: true }
  const lists = type.forms.filter(form => form.kind === 'list')
  if (lists.length === 0) return { one: present(type), many: false }
  const single: Type = { forms: type.forms.filter(form => form.kind !== 'list'), missing: false }
  const members = unionOf(lists.map(list => list.items))
  return { one: single.forms?.length === 0 ? members : union(single, members), many: true }
}

/** What JSONata makes of so many results: nothing, the one, or a list of them. */
export const someOf = (one: Type): Type => (one.forms === undefined ? unknown : union(present(one), listOf(one)))

/** The same of what a step of a path gives, whose lists are put together. */
export const sequenceOf = (one: Type): Type => someOf(each(one).one)

/** The same without closed sets of values: what a constant of the configuration may be tomorrow. */
export function widen(type: Type): Type {
  if (type.forms === undefined) return type
  const forms = type.forms.map((form): Form => {
    if (form.kind === 'list') return { ...form, items: widen(form.items) }
    if (form.kind === 'object') return { ...form, fields: new Map([...form.fields].map(([name, field]) => [name, widen(field)])) }
    return form.kind === 'function' ? form : { kind: form.kind }
  })
  return { forms, missing: type.missing }
}

/** Whether every form it can have is of these kinds; false where nothing is known. */
export const isAlways = (type: Type, ...kinds: readonly Form['kind'][]): boolean =>
  type.forms !== undefined && type.forms.length > 0 && type.forms.every(form => kinds.includes(form.kind))

function withForm(forms: readonly Form[], form: Form): readonly Form[] {
  if (forms.some(other => sameForm(other, form, deepest))) return forms
  const at = form.kind === 'object' ? -1 : forms.findIndex(other => other.kind === form.kind)
  const same = forms[at]
  return same === undefined ? [...forms, form] : forms.toSpliced(at, 1, joined(same, form))
}

/** How far two forms are compared before they count as different. */
const deepest = 6

function sameForm(first: Form, second: Form, depth: number): boolean {
  if (first === second) return true
  if (depth === 0) return false
  if (first.kind === 'list') return second.kind === 'list' && same(first.items, second.items, depth - 1)
  if (first.kind === 'function' || second.kind === 'function' || second.kind === 'list') return false
  if (first.kind !== 'object' || second.kind !== 'object') return first.kind === second.kind && sameValues(first, second)
  if (first.fields.size !== second.fields.size || first.requires !== second.requires) return false
  const [others, theirs] = [first.others, second.others]
  if (typeof others === 'string' || typeof theirs === 'string' ? others !== theirs : !same(others, theirs, depth - 1)) return false
  return [...first.fields].every(([name, type]) => {
    const other = second.fields.get(name)
    return other !== undefined && same(type, other, depth - 1)
  })
}

function same(first: Type, second: Type, depth: number): boolean {
  if (first.missing !== second.missing || first.forms?.length !== second.forms?.length) return false
  return first.forms === undefined || first.forms.every(form => second.forms?.some(other => sameForm(form, other, depth)) === true)
}

const sameValues = (first: Form, second: Form): boolean =>
  isScalar(first) && isScalar(second) && JSON.stringify(first.values) === JSON.stringify(second.values)

function joined(first: Form, second: Form): Form {
  if (first.kind === 'list' && second.kind === 'list') return { kind: 'list', items: union(first.items, second.items) }
  if (first.kind === 'function' && second.kind === 'function') return { kind: 'function', returns: union(first.returns, second.returns) }
  if (!isScalar(first) || !isScalar(second)) return first
  if (first.values === undefined || second.values === undefined) return { kind: first.kind }
  return { kind: first.kind, values: [...new Set([...first.values, ...second.values])] }
}

export const isScalar = (form: Form): form is Scalar => form.kind !== 'list' && form.kind !== 'object' && form.kind !== 'function'
