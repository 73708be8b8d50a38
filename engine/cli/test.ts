import { Registry } from '../registry/registry.ts'
import { type Command, exit, type Invocation } from './command.ts'
import { type Report, reports } from './testing/report.ts'
import { runRound } from './testing/round.ts'
import { watchRounds } from './testing/watch-rounds.ts'

export const command: Command = {
  summary: 'Runs the tests beside the pipelines, every connector mocked.',
  usage: '[NAME] [--format text|json|junit|tap] [--live] [--watch]',
  options: {
    format: { type: 'string', value: 'FORMAT', description: 'text (default), json, junit or tap' },
    live: { type: 'boolean', description: 'uses the real connectors instead of mocks' },
    watch: { type: 'boolean', description: 'runs them again whenever the folder changes, until it is stopped' },
  },
  run,
}

async function run(invocation: Invocation): Promise<number> {
  const { terminal, settings, options } = invocation
  const report = reportFor(options.format)
  if (report === undefined) {
    terminal.err(`sluice: there is no format "${options.format}"; write one of ${Object.keys(reports).join(', ')}\n`)
    return exit.failed
  }
  const registry = await Registry.open({ plugins: settings.plugins })
  try {
    const round = { invocation, registry, report, live: options.live === true }
    return options.watch === true ? await watchRounds(round) : (await runRound(round)).code
  } finally {
    registry.close()
  }
}

function reportFor(format: string | boolean = 'text'): Report | undefined {
  return typeof format === 'string' && Object.hasOwn(reports, format) ? reports[format] : undefined
}
