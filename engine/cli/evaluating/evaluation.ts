import { asSluiceError } from '../../core/errors.ts'
import { compile, type ExpressionFinding } from '../../expression/expression.ts'
import { exit, type Terminal } from '../command.ts'

/** What expressions are tried on. */
export interface Ground {
  readonly body: unknown
  /** By name, without the `$`. */
  readonly variables: ReadonlyMap<string, unknown>
  /** Says how long each took. */
  readonly time: boolean
}

/** Evaluates one expression and prints its value as JSON, or what is wrong with it. The exit code. */
export function evaluate(source: string, ground: Ground, { out, err }: Pick<Terminal, 'out' | 'err'>): number {
  const { expression, findings } = compile(source, { variables: [...ground.variables.keys()] })
  for (const finding of findings) err(`${pointed(source, finding)}\n`)
  if (expression === undefined || findings.some(finding => finding.severity === 'error')) return exit.failed
  const started = performance.now()
  try {
    const value = expression.evaluate(ground.body, ground.variables)
    const took = performance.now() - started
    if (value === undefined) err('(nothing)\n')
    else out(`${JSON.stringify(value, null, 2)}\n`)
    if (ground.time) err(`${took.toFixed(3)} ms\n`)
    return exit.ok
  } catch (error) {
    err(`sluice: ${asSluiceError(error).message}\n`)
    return exit.failed
  }
}

/** What is wrong, below a caret at its place in the line that it stands in. */
function pointed(source: string, { offset, rule, message, hint }: ExpressionFinding): string {
  const start = source.lastIndexOf('\n', offset - 1) + 1
  const [line = ''] = source.slice(start).split('\n')
  return `${line}\n${' '.repeat(offset - start)}^ ${rule}: ${message}${hint === undefined ? '' : ` (${hint})`}`
}
