import type { Regex } from '../ast.ts'
import { compilePattern, Matcher } from '../pattern.ts'
import type { Builder } from './compiler.ts'

export const buildRegex: Builder<Regex> = (node, _scope, { notes }) => {
  const pattern = compilePattern(node.value)
  if (typeof pattern === 'string') {
    notes.refuse('refused-regex', node, pattern)
    return () => undefined
  }
  const matcher = new Matcher(pattern)
  return () => matcher
}
