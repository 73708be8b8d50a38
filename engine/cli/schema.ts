import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Registry } from '../registry/registry.ts'
import { type Command, exit, type Invocation } from './command.ts'
import { editorBundle } from './editor/bundle.ts'

export const command: Command = {
  summary: 'Writes the JSON Schema by which editors complete, explain and check YAML.',
  usage: '[--out FILE]',
  options: { out: { type: 'string', value: 'FILE', description: 'where to; the output by default' } },
  run,
}

async function run({ terminal, settings, options }: Invocation): Promise<number> {
  const registry = await Registry.open({ plugins: settings.plugins })
  registry.close()
  const text = `${JSON.stringify(editorBundle(registry), null, 2)}\n`
  if (typeof options.out === 'string') await writeFile(resolve(terminal.folder, options.out), text)
  else terminal.out(text)
  return exit.ok
}
