import { compile } from '../../expression/expression.ts'
import { knownFunctions } from '../../expression/functions/table.ts'
import type { Ground } from './evaluation.ts'

/** As node:readline wants it: what the word at the end of the line may become, and that word. */
export type Completion = [candidates: string[], word: string]

/** Values of the input that are looked at for names of fields. */
const mostLooked = 5000

/**
 * Completes variables and functions behind a `$`, commands behind a dot at the beginning, else names of fields: behind a path those of what the
 * path gives, elsewhere all of the input.
 */
export function complete(line: string, ground: Ground, commands: readonly string[]): Completion {
  if (/^\.\w*$/.test(line)) return matching(line, commands)
  const variable = /\$\w*$/.exec(line)?.[0]
  if (variable !== undefined) {
    const variables = [...ground.variables.keys()].map(name => `$${name}`)
    return matching(variable, [...variables, ...[...knownFunctions.keys()].map(name => `$${name}(`)])
  }
  const [, path = '', word = ''] = /((?:(?:\$\w*|\w+|`[^`]*`)\.)*)(`[^`]*|\w*)$/.exec(line) ?? []
  if (path === '' && word === '') return [[], word]
  const behind = path === '' ? [] : namesIn(valueBehind(path.slice(0, -1), ground), 2)
  return matching(word, (behind.length > 0 ? behind : namesIn(ground.body)).map(written))
}

function matching(word: string, candidates: readonly string[]): Completion {
  return [[...new Set(candidates.filter(candidate => candidate.startsWith(word)))].sort(), word]
}

function valueBehind(path: string, { body, variables }: Ground): unknown {
  try {
    return compile(path, { variables: [...variables.keys()] }).expression?.evaluate(body, variables)
  } catch {
    return undefined
  }
}

/** The names of fields as deep as `levels`, lists being no level. */
function namesIn(value: unknown, levels = 100): readonly string[] {
  const names = new Set<string>()
  const waiting: { readonly value: unknown; readonly levels: number }[] = [{ value, levels }]
  for (let looked = 0; looked < mostLooked; looked += 1) {
    const next = waiting.shift()
    if (next === undefined) break
    if (typeof next.value !== 'object' || next.value === null || next.levels === 0) continue
    if (Array.isArray(next.value)) waiting.push(...next.value.slice(0, 100).map(member => ({ value: member, levels: next.levels })))
    else
      for (const [name, member] of Object.entries(next.value).slice(0, 1000)) {
        names.add(name)
        waiting.push({ value: member, levels: next.levels - 1 })
      }
  }
  return [...names]
}

/** As it stands in an expression: `x-id` needs its backticks. */
const written = (name: string): string => (/^[A-Za-z_]\w*$/.test(name) && !/^(and|or|in)$/.test(name) ? name : `\`${name}\``)
