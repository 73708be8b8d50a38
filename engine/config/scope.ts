import type { Where } from '../core/finding.ts'

/** The names that expressions may read at one place of a pipeline, and where each was bound; what is bound always has no place. */
export interface Scope {
  readonly names: ReadonlyMap<string, Where | undefined>
  readonly set: ReadonlySet<string>
}

/** Bound in every expression; `error` holds nothing where nothing failed. */
export const always: readonly string[] = ['input', 'headers', 'query', 'params', 'last', 'meta', 'error']
/** Names that blocks bind. */
export const ofBlocks: readonly string[] = ['item', 'index', 'key']

export const outermost = (): Scope => scopeOf(new Map(always.map(name => [name, undefined])))

export function bind(scope: Scope, name: string, where: Where | undefined): Scope {
  return scopeOf(new Map([...scope.names, [name, where]]))
}

const scopeOf = (names: ReadonlyMap<string, Where | undefined>): Scope => ({ names, set: new Set(names.keys()) })
