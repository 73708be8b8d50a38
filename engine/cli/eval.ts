import { type Command, exit, type Invocation, type Terminal } from './command.ts'
import { evaluate, type Ground } from './evaluating/evaluation.ts'
import { InputError, readJson } from './input.ts'

export const command: Command = {
  summary: 'Evaluates an expression over a value; without one, on a terminal, as many as you like.',
  usage: '[EXPRESSION] [--input JSON|@file|-] [--bind JSON] [--time]',
  options: {
    input: { type: 'string', value: 'JSON', description: 'the body: JSON, @file, or - for the standard input', short: 'i' },
    bind: { type: 'string', value: 'JSON', description: 'variables by name: \'{"id":1}\' binds $id', short: 'b' },
    time: { type: 'boolean', description: 'says how long it took' },
  },
  run,
}

async function run({ terminal, positionals, options }: Invocation): Promise<number> {
  const source = positionals.join(' ')
  const asked = source === '' && options.input !== '-' && isPerson(terminal)
  if (source === '' && !asked) return refuse(terminal.err, "an expression is missing: sluice eval '$sum(lines.price)' --input @order.json")
  try {
    const body = typeof options.input === 'string' ? await readJson(options.input, terminal) : undefined
    const bound = typeof options.bind === 'string' ? await readJson(options.bind, terminal) : {}
    if (typeof bound !== 'object' || bound === null || Array.isArray(bound))
      return refuse(terminal.err, '--bind takes an object: \'{"id":1}\'')
    const ground: Ground = { body, variables: new Map(Object.entries(bound)), time: options.time === true }
    if (!asked) return evaluate(source, ground, terminal)
    const { playground } = await import('./evaluating/playground.ts')
    return await playground(ground, terminal)
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return refuse(terminal.err, error.message)
  }
}

/** Somebody looks at what comes out, and types what goes in. */
const isPerson = ({ terminal, input }: Terminal): boolean => terminal && 'isTTY' in input && input.isTTY === true

function refuse(err: (text: string) => void, sentence: string): number {
  err(`sluice: ${sentence}\n`)
  return exit.failed
}
