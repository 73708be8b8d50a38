import type { Command, Option } from './command.ts'

type Commands = Readonly<Record<string, () => Promise<{ readonly command: Command }>>>

export async function generalHelp(commands: Commands, settings: Readonly<Record<string, Option>>): Promise<string> {
  const rows = await Promise.all(
    Object.entries(commands).map(async ([name, load]) => [`  ${name}`, (await load()).command.summary] as const),
  )
  return [
    'sluice: an integration gateway, configured by YAML\n',
    'Usage: sluice COMMAND [OPTIONS]\n',
    `Commands:\n${columns(rows)}\n`,
    `Settings of every command (or by environment, or in a file .env):\n${columns(optionRows(settings))}\n`,
    '"sluice COMMAND --help" shows what a command takes. Exit codes: 0 ok, 1 findings or failed, 2 breaks clients, 78 cannot start.\n',
  ].join('\n')
}

export function help(name: string, command: Command, settings: Readonly<Record<string, Option>>): string {
  const own = Object.keys(command.options).length === 0 ? [] : [`Options:\n${columns(optionRows(command.options))}\n`]
  return [`${command.summary}\n`, `Usage: sluice ${name} ${command.usage}\n`, ...own, `Settings:\n${columns(optionRows(settings))}\n`].join(
    '\n',
  )
}

function optionRows(options: Readonly<Record<string, Option>>): readonly (readonly [string, string])[] {
  return Object.entries(options).map(([name, option]) => {
    const short = option.short === undefined ? '' : `-${option.short}, `
    return [`  ${short}--${name}${option.type === 'string' ? ` ${option.value ?? 'TEXT'}` : ''}`, option.description]
  })
}

/** Two columns, the first as wide as its widest text. */
export function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(0, ...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `${left.padEnd(width)}  ${right}`.trimEnd()).join('\n')
}
