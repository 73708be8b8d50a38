import { resolve } from 'node:path'
import { Registry } from '../registry/registry.ts'
import { type Command, exit, type Invocation } from './command.ts'
import { InputError } from './input.ts'
import { newConnector } from './scaffold/connector.ts'
import { checkName, type NewFiles, writeNew } from './scaffold/new-files.ts'
import { newPipeline } from './scaffold/pipeline.ts'
import { newPlugin } from './scaffold/plugin.ts'
import { newProject } from './scaffold/project.ts'

export const command: Command = {
  summary: 'Begins a folder, a pipeline, a connector or a plugin with an example that works.',
  usage: 'FOLDER | pipeline NAME [--channel TYPE] [--call CONNECTOR.OPERATION] | connector TYPE NAME | plugin NAME',
  options: {
    channel: { type: 'string', value: 'TYPE', description: 'how messages come to the pipeline: http, soap, schedule …' },
    call: { type: 'string', value: 'CONNECTOR.OPERATION', description: 'what it calls: treasury.get' },
  },
  run,
}

async function run(invocation: Invocation): Promise<number> {
  const { terminal, positionals } = invocation
  const begun = await begin(invocation, positionals)
  const written = await writeNew(begun.files, terminal.folder)
  terminal.out(`${written.map(name => `  ${name}\n`).join('')}\n${begun.next}\n`)
  return exit.ok
}

interface Begun {
  readonly files: NewFiles
  /** What to do with them. */
  readonly next: string
}

async function begin(invocation: Invocation, [what, ...names]: readonly string[]): Promise<Begun> {
  const { terminal, settings, options } = invocation
  const [folder = 'pipelines'] = settings.config
  if (what === 'pipeline' && names.length === 1) {
    const [name = ''] = names
    checkName(name)
    return await withRegistry(settings.plugins, async registry => {
      const asked = { name, channel: textOf(options.channel), call: textOf(options.call) }
      return { files: await newPipeline(asked, invocation, registry), next: `Try it: sluice test ${name}` }
    })
  }
  if (what === 'connector' && names.length === 2) {
    const [type = '', name = ''] = names
    checkName(name)
    return await withRegistry(settings.plugins, async registry => ({
      files: newConnector(type, name, { folder, registry }),
      next: `Call it: sluice new pipeline NAME --call ${name}.OPERATION`,
    }))
  }
  if (what === 'plugin' && names.length === 1) {
    const [name = ''] = names
    checkName(name)
    return { files: newPlugin(name, settings.plugins), next: `Use it in a step:\n\n  - plugin: ${name}\n    with:\n      field: passedAt` }
  }
  if (what === undefined || names.length > 0) throw new InputError(`it takes one of: ${command.usage}`)
  return { files: newProject(resolve(terminal.folder, what)), next: `Start it:\n\n  cd ${what}\n  npx sluice dev` }
}

const textOf = (value: string | boolean | undefined): string | undefined => (typeof value === 'string' ? value : undefined)

async function withRegistry<Value>(plugins: string, work: (registry: Registry) => Promise<Value>): Promise<Value> {
  const registry = await Registry.open({ plugins })
  try {
    return await work(registry)
  } finally {
    registry.close()
  }
}
