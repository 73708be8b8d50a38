import type { Scope } from '../core/scope.ts'

/** Something done within a scope, at once or later: a step with its message, an operation with its arguments. */
export type Work<Input, Output> = (input: Input, scope: Scope) => Output | Promise<Output>
