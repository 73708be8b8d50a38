import type { Json } from '../core/message.ts'
import type { Kind } from '../core/model.ts'
import { Registry } from '../registry/registry.ts'
import { type Command, exit, type Invocation } from './command.ts'
import { printFindings } from './findings.ts'
import { columns } from './help.ts'

const kinds: readonly Kind[] = ['channel', 'connector', 'format', 'security', 'step', 'transform']

export const command: Command = {
  summary: 'Lists the types of components, built in and from plugins.',
  usage: '[KIND] [--format text|json]',
  options: { format: { type: 'string', value: 'FORMAT', description: 'text (default) or json' } },
  run,
}

interface Row {
  readonly kind: Kind
  readonly type: string
  readonly from: 'built in' | 'plugin'
  readonly description: string
  readonly operations?: readonly string[]
}

async function run({ terminal, settings, positionals, options }: Invocation): Promise<number> {
  const wanted = kinds.filter(kind => positionals[0] === undefined || kind === positionals[0])
  if (wanted.length === 0) {
    terminal.err(`sluice: there is no kind "${positionals[0]}"; the kinds are ${kinds.join(', ')}\n`)
    return exit.failed
  }
  const registry = await Registry.open({ plugins: settings.plugins })
  registry.close()
  printFindings(registry.findings, { terminal, format: 'text' })
  const rows = wanted.flatMap(kind => registry.types(kind).map(type => row(registry, kind, type)))
  if (options.format === 'json') terminal.out(`${JSON.stringify(rows, null, 2)}\n`)
  else
    terminal.out(
      `${columns(rows.map(({ kind, type, from, description, operations }) => [`${kind} ${type}`, text(from, description, operations)]))}\n`,
    )
  return exit.ok
}

function row(registry: Registry, kind: Kind, type: string): Row {
  const schema = registry.schema(kind, type) ?? {}
  const operations = Object.keys(object(object(schema.$defs).operations))
  return {
    kind,
    type,
    from: registry.isPlugin(kind, type) ? 'plugin' : 'built in',
    description: String(schema.description ?? ''),
    ...(operations.length === 0 ? {} : { operations }),
  }
}

function text(from: string, description: string, operations: readonly string[] = []): string {
  const first = /^.*?\.(?=\s|$)/.exec(description)?.[0] ?? description
  return [from === 'plugin' ? '(plugin)' : '', first, operations.length === 0 ? '' : `Operations: ${operations.join(' ')}.`]
    .filter(part => part !== '')
    .join(' ')
}

function object(value: Json | undefined): { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as { readonly [key: string]: Json }) : {}
}
