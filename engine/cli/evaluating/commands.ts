import type { Terminal } from '../command.ts'
import { columns } from '../help.ts'
import { readJson } from '../input.ts'
import type { Ground } from './evaluation.ts'

/** One line that begins with a dot. Gives the ground as it is from then on. Throws InputError. */
interface DotCommand {
  readonly takes: string
  readonly does: string
  readonly run: (rest: string, ground: Ground, terminal: Terminal) => Promise<Ground> | Ground
}

const commands: Readonly<Record<string, DotCommand>> = {
  '.input': { takes: 'FILE | JSON', does: 'the input that expressions are evaluated on; alone, shows it', run: setInput },
  '.bind': { takes: 'name=JSON', does: 'binds $name; alone, shows what is bound', run: bind },
  '.time': { takes: '', does: 'says how long each expression takes, or no longer', run: toggleTime },
  '.help': { takes: '', does: 'this list', run: showHelp },
  '.exit': { takes: '', does: 'leaves, as ctrl-D does', run: (_, ground) => ground },
}

export const commandNames: readonly string[] = Object.keys(commands)

/** Runs it; says what is wrong with a line that is none. */
export async function runDotCommand(line: string, ground: Ground, terminal: Terminal): Promise<Ground> {
  const [, name = '', rest = ''] = /^(\.\w*)\s*([\s\S]*)$/.exec(line.trim()) ?? []
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (command === undefined) {
    terminal.err(`there is no ${name}; .help lists what there is\n`)
    return ground
  }
  try {
    return await command.run(rest, ground, terminal)
  } catch (error) {
    terminal.err(`sluice: ${error instanceof Error ? error.message : error}\n`)
    return ground
  }
}

async function setInput(rest: string, ground: Ground, terminal: Terminal): Promise<Ground> {
  if (rest === '') {
    terminal.out(ground.body === undefined ? '(nothing)\n' : `${JSON.stringify(ground.body, null, 2)}\n`)
    return ground
  }
  const body = await readJson(/^[[{"]/.test(rest) ? rest : `@${rest.replace(/^@/, '')}`, terminal)
  return { ...ground, body }
}

async function bind(rest: string, ground: Ground, terminal: Terminal): Promise<Ground> {
  if (rest === '') {
    for (const [name, value] of ground.variables) terminal.out(`$${name} = ${JSON.stringify(value)}\n`)
    return ground
  }
  const [, name, given = ''] = /^\$?([A-Za-z_]\w*)\s*=\s*([\s\S]*)$/.exec(rest) ?? []
  if (name === undefined) {
    terminal.err('.bind takes name=JSON: .bind id="a-1"\n')
    return ground
  }
  return { ...ground, variables: new Map([...ground.variables, [name, await readJson(given, terminal)]]) }
}

function toggleTime(_rest: string, ground: Ground, terminal: Terminal): Ground {
  terminal.err(ground.time ? 'times are not shown\n' : 'times are shown\n')
  return { ...ground, time: !ground.time }
}

function showHelp(_rest: string, ground: Ground, terminal: Terminal): Ground {
  const rows = Object.entries(commands).map(([name, { takes, does }]) => [`${name} ${takes}`.trimEnd(), does] as const)
  terminal.out(`${columns(rows)}\nAnything else is an expression; it goes on over lines while a bracket is open, until an empty one.\n`)
  return ground
}
