import { asSluiceError } from '../core/errors.ts'
import { compile, type ExpressionFinding } from '../expression/expression.ts'
import { type Command, exit, type Invocation } from './command.ts'
import { InputError, readJson } from './input.ts'

export const command: Command = {
  summary: 'Evaluates an expression over a value.',
  usage: 'EXPRESSION [--input JSON|@file|-] [--bind JSON] [--time]',
  options: {
    input: { type: 'string', value: 'JSON', description: 'the body: JSON, @file, or - for the standard input', short: 'i' },
    bind: { type: 'string', value: 'JSON', description: 'variables by name: \'{"id":1}\' binds $id', short: 'b' },
    time: { type: 'boolean', description: 'says how long it took' },
  },
  run,
}

async function run({ terminal, positionals, options }: Invocation): Promise<number> {
  const source = positionals.join(' ')
  if (source === '') return refuse(terminal.err, "an expression is missing: sluice eval '$sum(lines.price)' --input @order.json")
  try {
    const body = typeof options.input === 'string' ? await readJson(options.input, terminal) : undefined
    const bound = typeof options.bind === 'string' ? await readJson(options.bind, terminal) : {}
    if (typeof bound !== 'object' || bound === null || Array.isArray(bound))
      return refuse(terminal.err, '--bind takes an object: \'{"id":1}\'')
    const variables = new Map<string, unknown>(Object.entries(bound))
    const { expression, findings } = compile(source, { variables: new Set(variables.keys()) })
    for (const finding of findings) terminal.err(`${pointed(source, finding)}\n`)
    if (expression === undefined || findings.some(finding => finding.severity === 'error')) return exit.failed
    const started = performance.now()
    const value = await expression.evaluate(body, variables)
    const took = performance.now() - started
    terminal.out(value === undefined ? '' : `${JSON.stringify(value, null, 2)}\n`)
    if (value === undefined) terminal.err('(nothing)\n')
    if (options.time === true) terminal.err(`${took.toFixed(3)} ms\n`)
    return exit.ok
  } catch (error) {
    return refuse(terminal.err, error instanceof InputError ? error.message : asSluiceError(error).message)
  }
}

/** What is wrong, below a caret at its place in the line that it stands in. */
function pointed(source: string, { offset, rule, message, hint }: ExpressionFinding): string {
  const start = source.lastIndexOf('\n', offset - 1) + 1
  const [line = ''] = source.slice(start).split('\n')
  return `${line}\n${' '.repeat(offset - start)}^ ${rule}: ${message}${hint === undefined ? '' : ` (${hint})`}`
}

function refuse(err: (text: string) => void, sentence: string): number {
  err(`sluice: ${sentence}\n`)
  return exit.failed
}
