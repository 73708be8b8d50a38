import { resolve } from 'node:path'
import { load } from '../config/load.ts'
import { isError } from '../core/finding.ts'
import { Registry } from '../registry/registry.ts'
import { type Command, exit, type Invocation } from './command.ts'
import { counted, findingFormats, plural, printFindings, shorter } from './findings.ts'
import { stepTypes } from './step-types.ts'

export const command: Command = {
  summary: 'Says all that is wrong with a folder of pipelines, and what to write instead.',
  usage: '[FOLDER …] [--format text|json|github|sarif] [--strict] [--types]',
  options: {
    format: { type: 'string', value: 'FORMAT', description: 'text (default), json, github or sarif' },
    strict: { type: 'boolean', description: 'warnings fail too' },
    types: { type: 'boolean', description: 'shows what is known of the message at every step' },
  },
  run,
}

async function run({ terminal, settings, environment, positionals, options }: Invocation): Promise<number> {
  const format = findingFormats.find(one => one === (options.format ?? 'text'))
  if (format === undefined) {
    terminal.err(`sluice: there is no format "${options.format}"; write one of ${findingFormats.join(', ')}\n`)
    return exit.failed
  }
  const folder = positionals.length === 0 ? settings.config : positionals.map(name => resolve(terminal.folder, name))
  const registry = await Registry.open({ plugins: settings.plugins })
  const { findings, model, types } = await load({ folder, environment, registry, listen: settings.listen })
  registry.close()
  printFindings(findings, { terminal, format })
  const size = model === undefined ? '' : `${plural(model.pipelines.size, 'pipeline')}, ${plural(model.connectors.size, 'connector')}, `
  if (format === 'text' && options.types === true) terminal.out(stepTypes(types))
  if (format === 'text') terminal.out(`${folder.map(name => shorter(name, terminal.folder)).join(' + ')}: ${size}${counted(findings)}\n`)
  return findings.some(finding => isError(finding) || options.strict === true) ? exit.failed : exit.ok
}
