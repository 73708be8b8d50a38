/** The syntax tree as `jsonata(source).ast()` gives it, version 2.2.2; a golden test holds its shape. `position` is the offset after the node's token. */
export type Node =
  | Path
  | Name
  | Literal
  | Plain
  | Parent
  | Condition
  | Block
  | Bind
  | Regex
  | Call
  | Variable
  | Lambda
  | Apply
  | Transform
  | Binary
  | Negation
  | ArrayConstructor
  | ObjectConstructor
  | Sort
  | Placeholder

interface Common {
  readonly position?: number
  /** `[]`: a sequence of one stays a list. */
  readonly keepArray?: boolean
  /** On nodes outside a path. */
  readonly predicate?: readonly FilterStage[]
  readonly group?: Group
  /** On steps of a path. */
  readonly stages?: readonly Stage[]
  /** An array constructor at the first or last step: its result is not flattened. */
  readonly consarray?: boolean
  /** `@$name` */
  readonly focus?: string
  /** `#$name` */
  readonly index?: string
  /** Where `%` of a later step finds this step's context. */
  readonly ancestor?: Slot
  /** A step from which on the path carries tuples; a path that hands them on. */
  readonly tuple?: boolean
}
export interface Slot {
  readonly label: string
}
export type Pairs = readonly (readonly [Node, Node])[]
export interface Group {
  readonly lhs: Pairs
  readonly position?: number
}
export type Stage = FilterStage | IndexStage
export interface FilterStage {
  readonly type: 'filter'
  readonly expr: Node
}
export interface IndexStage {
  readonly type: 'index'
  readonly value: string
}

export interface Path extends Common {
  readonly type: 'path'
  readonly steps: readonly Node[]
  readonly keepSingletonArray?: boolean
}
export interface Name extends Common {
  readonly type: 'name'
  readonly value: string
}
export interface Literal extends Common {
  readonly type: 'string' | 'number' | 'value'
  readonly value: string | number | boolean | null
}
export interface Plain extends Common {
  readonly type: 'wildcard' | 'descendant'
  readonly value?: string
}
export interface Parent extends Common {
  readonly type: 'parent'
  readonly slot: Slot
}
export interface Condition extends Common {
  readonly type: 'condition'
  readonly condition: Node
  readonly then: Node
  readonly else?: Node
}
export interface Block extends Common {
  readonly type: 'block'
  readonly expressions: readonly Node[]
}
export interface Bind extends Common {
  readonly type: 'bind'
  readonly lhs: Variable
  readonly rhs: Node
}
export interface Regex extends Common {
  readonly type: 'regex'
  readonly value: RegExp
}
export interface Call extends Common {
  readonly type: 'function' | 'partial'
  readonly procedure: Node
  readonly arguments: readonly Node[]
}
/** `$` has the name '', `$$` the name '$'. */
export interface Variable extends Common {
  readonly type: 'variable'
  readonly value: string
}
/** `thunk`: the parser's mark on a call in tail position; its body is the call. */
export interface Lambda extends Common {
  readonly type: 'lambda'
  readonly arguments: readonly Variable[]
  readonly body: Node
  readonly signature?: { readonly definition: string }
  readonly thunk?: boolean
}
export interface Apply extends Common {
  readonly type: 'apply'
  readonly lhs: Node
  readonly rhs: Node
}
export interface Transform extends Common {
  readonly type: 'transform'
  readonly pattern: Node
  readonly update: Node
  readonly delete?: Node
}
export interface Binary extends Common {
  readonly type: 'binary'
  readonly value: Operator
  readonly lhs: Node
  readonly rhs: Node
}
export type Operator = '+' | '-' | '*' | '/' | '%' | '=' | '!=' | '<' | '<=' | '>' | '>=' | '&' | 'and' | 'or' | 'in' | '..'
export interface Negation extends Common {
  readonly type: 'unary'
  readonly value: '-'
  readonly expression: Node
}
export interface ArrayConstructor extends Common {
  readonly type: 'unary'
  readonly value: '['
  readonly expressions: readonly Node[]
}
export interface ObjectConstructor extends Common {
  readonly type: 'unary'
  readonly value: '{'
  readonly lhs: Pairs
}
export interface Sort extends Common {
  readonly type: 'sort'
  readonly terms: readonly SortTerm[]
}
export interface SortTerm {
  readonly descending: boolean
  readonly expression: Node
}
/** `?` among the arguments of a partial application. */
export interface Placeholder extends Common {
  readonly type: 'operator'
  readonly value: '?'
}

/** Every node directly below, in the order of the text. */
export function children(node: Node): readonly Node[] {
  const below = [...own(node)]
  for (const stage of node.predicate ?? []) below.push(stage.expr)
  for (const stage of node.stages ?? []) if (stage.type === 'filter') below.push(stage.expr)
  if (node.group !== undefined) below.push(...node.group.lhs.flat())
  return below
}

/** The node's offset where the source can be asked which token it was: tokens are counted from their end. */
export function startOf(node: Node, source: string): number {
  if (node.type === 'function' || node.type === 'partial') return startOf(node.procedure, source)
  const end = placeOf(node) ?? 0
  const token = textOf(node)
  const quoted = node.type === 'name' && source[end - 1] === '`'
  return Math.max(0, end - token.length - (quoted ? 2 : 0))
}

/** The offset after the first token of a node that has one; generated nodes have none. */
export function placeOf(node: Node): number | undefined {
  if (node.position !== undefined) return node.position
  const [first] = children(node)
  return first === undefined ? undefined : placeOf(first)
}

/** `a ?: b`: the parser made the condition as a copy of the value, so both have the same place; in `a ? a : b` they have not. */
export const isElvis = (node: Condition): boolean => placeOf(node.condition) !== undefined && placeOf(node.condition) === placeOf(node.then)

/** `a ?? b`: the parser made the call of $exists, which has no place in the text. */
export const isCoalesce = (node: Condition): boolean => node.condition.type === 'function' && node.condition.position === undefined

function textOf(node: Node): string {
  if (node.type === 'variable') return `$${node.value}`
  if (node.type === 'name') return node.value
  if (node.type === 'path') return node.steps[0] === undefined ? '' : textOf(node.steps[0])
  if (node.type === 'string') return `"${node.value}"`
  if (node.type === 'number' || node.type === 'value') return String(node.value)
  if (node.type === 'regex') return `/${node.value.source}/${node.value.flags.replace('g', '')}`
  if (node.type === 'binary' || node.type === 'unary') return node.value
  return ''
}

function own(node: Node): readonly Node[] {
  switch (node.type) {
    case 'path':
      return node.steps
    case 'condition':
      return node.else === undefined ? [node.condition, node.then] : [node.condition, node.then, node.else]
    case 'block':
      return node.expressions
    case 'bind':
      return [node.rhs]
    case 'function':
    case 'partial':
      return [node.procedure, ...node.arguments]
    case 'lambda':
      return [node.body]
    case 'apply':
    case 'binary':
      return [node.lhs, node.rhs]
    case 'transform':
      return node.delete === undefined ? [node.pattern, node.update] : [node.pattern, node.update, node.delete]
    case 'unary':
      if (node.value === '-') return [node.expression]
      return node.value === '[' ? node.expressions : node.lhs.flat()
    case 'sort':
      return node.terms.map(term => term.expression)
    default:
      return []
  }
}
