import { parseArgs } from 'node:util'
import { nearest } from '../config/near.ts'
import { SluiceError } from '../core/errors.ts'
import { environmentWith, readSettings, SettingError, settingNames } from '../settings.ts'
import { type Command, exit, type Option, type Terminal } from './command.ts'
import { generalHelp, help } from './help.ts'
import { InputError } from './input.ts'

/** Imported when asked for: `sluice run` loads nothing of `sluice test`. */
const commands: Readonly<Record<string, () => Promise<{ readonly command: Command }>>> = {
  run: () => import('./run.ts'),
  dev: () => import('./dev.ts'),
  check: () => import('./check.ts'),
  plan: () => import('./plan.ts'),
  fmt: () => import('./fmt.ts'),
  new: () => import('./new.ts'),
  test: () => import('./test.ts'),
  schema: () => import('./schema.ts'),
  invoke: () => import('./invoke.ts'),
  eval: () => import('./eval.ts'),
  status: () => import('./status.ts'),
  queue: () => import('./queue.ts'),
  schedule: () => import('./schedule.ts'),
  revisions: () => import('./revisions.ts'),
  dead: () => import('./dead.ts'),
  list: () => import('./list.ts'),
  explain: () => import('./explain.ts'),
}

const settingOptions: Readonly<Record<string, Option>> = Object.fromEntries(
  Object.entries(settingNames)
    .filter(([, setting]) => !('flag' in setting))
    .map(([name, { variable, description }]) => [
      name,
      { type: 'string', value: name.toUpperCase(), multiple: true, description: `${description} (${variable})` },
    ]),
)

/** One command line, start to end. Never rejects. */
export async function runCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name = '', ...rest] = args
  if (name === '' || name === 'help' || name === '--help' || name === '-h') {
    terminal.out(await generalHelp(commands, settingOptions))
    return name === '' ? exit.failed : exit.ok
  }
  if (name === '--version' || name === 'version') {
    const { default: manifest } = await import('../../package.json', { with: { type: 'json' } })
    terminal.out(`${manifest.version}\n`)
    return exit.ok
  }
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (load === undefined)
    return fail(terminal, `there is no command "${name}"${hintFor(name)}; the commands are ${Object.keys(commands).join(', ')}`)
  const { command } = await load()
  const options = {
    ...command.options,
    ...settingOptions,
    help: { type: 'boolean', short: 'h', description: 'this page' },
  } satisfies Record<string, Option>
  try {
    const { values, positionals } = parseArgs({ args: [...rest], options: parseable(options), allowPositionals: true, strict: true })
    if (values.help === true) {
      terminal.out(help(name, command, settingOptions))
      return exit.ok
    }
    const environment = environmentWith(terminal.folder, terminal.environment)
    const flags = Object.fromEntries(Object.keys(settingOptions).map(key => [key, texts(values[key])]))
    const settings = readSettings(flags, environment, terminal.folder, terminal.terminal)
    const own = Object.entries(values).filter(([key]) => !Object.hasOwn(settingOptions, key))
    return await command.run({ terminal, settings, environment, positionals, options: Object.fromEntries(own.map(single)) })
  } catch (error) {
    if (error instanceof SettingError) {
      terminal.err(`sluice: ${error.message}\n`)
      return exit.cannotStart
    }
    if (error instanceof SluiceError || error instanceof InputError) return fail(terminal, error.message)
    if (isUsage(error)) return fail(terminal, `${error.message.split('. ')[0]}; "sluice ${name} --help" shows what it takes`)
    return fail(terminal, `a fault of its own: ${error instanceof Error ? error.stack : error}`)
  }
}

/** What `parseArgs` says of options that there are not, or that lack their value. */
const isUsage = (error: unknown): error is Error =>
  error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')

function hintFor(name: string): string {
  const near = nearest(name, Object.keys(commands))
  return near === undefined ? '' : ` (did you mean "${near}"?)`
}

/** A command line that says nothing the command can do. */
function fail(terminal: Terminal, sentence: string): number {
  terminal.err(`sluice: ${sentence}\n`)
  return exit.failed
}

type Value = string | boolean | undefined
type Given = Value | readonly (string | boolean)[]

const texts = (value: Given): readonly string[] | undefined =>
  value === undefined ? undefined : [value].flat().filter(one => typeof one === 'string')

const single = ([name, value]: readonly [string, Given]): readonly [string, Value] => [name, [value].flat().at(-1)]

interface Parseable {
  readonly type: 'string' | 'boolean'
  readonly multiple: boolean
  readonly short?: string
}

function parseable(options: Readonly<Record<string, Option>>): Record<string, Parseable> {
  return Object.fromEntries(
    Object.entries(options).map(([name, { type, short, multiple = false }]) => [
      name,
      short === undefined ? { type, multiple } : { type, multiple, short },
    ]),
  )
}
