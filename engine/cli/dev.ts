import { asSluiceError } from '../core/errors.ts'
import { Registry } from '../registry/registry.ts'
import { type Command, exit, type Invocation } from './command.ts'
import { DevScreen } from './dev-screen.ts'
import { startGateway } from './gateway.ts'
import { stopSignals } from './stop-signal.ts'

/** Milliseconds that a signal leaves to the messages that are there. */
const graceMs = 2_000

export const command: Command = {
  summary: 'Runs the gateway while you write: every change is applied, explained where it is wrong, and tested.',
  usage: '[OPTIONS]',
  options: {},
  run,
}

async function run(given: Invocation): Promise<number> {
  const started = performance.now()
  const settings = { ...given.settings, watch: true, log: { ...given.settings.log, format: 'text' } } as const
  // one screen, in the order of what happens
  const terminal = { ...given.terminal, err: given.terminal.out }
  const registry = await Registry.open({ plugins: settings.plugins })
  const screen = new DevScreen({ invocation: { ...given, settings, terminal }, registry, started })
  const { first, second } = stopSignals()
  try {
    const { environment } = given
    const write = (text: string): void => terminal.out(withoutOutcomes(text))
    const gateway = await startGateway({ settings, environment, write, serving: true, developing: true, told: screen.told })
    screen.show(gateway)
    await first
    await Promise.race([gateway.stop(graceMs), second])
    await screen.quiet()
    return exit.ok
  } catch (error) {
    const { message, cause } = asSluiceError(error)
    terminal.out(`sluice: cannot start: ${message}${cause instanceof Error ? `: ${cause.message}` : ''}\n`)
    return exit.cannotStart
  } finally {
    registry.close()
  }
}

/** Lines of the log without those that say what the screen says better. */
const withoutOutcomes = (lines: string): string => lines.replace(/^[\d:.]+ (?:info|error) +configuration outcome=.*\n/gm, '')
