import { asSluiceError } from '../core/errors.ts'
import { isDebugged, watchMainThread } from '../runtime/watchdog.ts'
import { type Command, exit, type Invocation, type Terminal } from './command.ts'
import { type Gateway, startGateway } from './gateway.ts'
import { outcomeTeller } from './outcomes.ts'
import { readyScreen } from './ready-screen.ts'
import { stopSignals } from './stop-signal.ts'

/** Milliseconds that the ready screen waits for the runs of `immediately`. */
const settleMs = 5_000

export const command: Command = {
  summary: 'Starts the gateway on a folder of pipelines, and applies every change of it.',
  usage: '[OPTIONS]',
  options: { 'no-watch': { type: 'boolean', description: 'apply changes only when SIGHUP or POST /reload says so' } },
  run,
}

async function run({ terminal, settings: given, environment, options }: Invocation): Promise<number> {
  const started = performance.now()
  const settings = options['no-watch'] === true ? { ...given, watch: false } : given
  const told = outcomeTeller(terminal, settings)
  // From the first moment: as process 1 of a container nothing else ends it, and a reload asked for too early is the start itself.
  let running: Gateway | undefined
  const reload = (): void => void running?.runtime.reload()
  process.on('SIGHUP', reload)
  const signals = stopSignals()
  const stopped = signals.first.finally(() => process.off('SIGHUP', reload))
  const gateway = await startGateway({ settings, environment, write: terminal.err, serving: true, told }).catch((error: unknown) =>
    asSluiceError(error),
  )
  if (gateway instanceof Error) {
    terminal.err(`sluice: cannot start: ${gateway.message}${gateway.cause instanceof Error ? `: ${gateway.cause.message}` : ''}\n`)
    return exit.cannotStart
  }
  if (gateway.outcome.kind === 'broken') {
    terminal.err('sluice: cannot start: the configuration has errors\n')
    await gateway.stop(0)
    return exit.cannotStart
  }
  running = gateway
  await Promise.race([gateway.runtime.settled(settleMs), stopped])
  const { degraded } = gateway.runtime.status()
  if (degraded !== undefined) terminal.err(`sluice: ${degraded}\n`)
  terminal.out(readyScreen(gateway, settings, performance.now() - started))
  const watched = settings.watchdog && !isDebugged(process)
  const code = await Promise.race([stopped.then(() => exit.ok), ...(watched ? [watchMainThread(settings.log).then(() => exit.stuck)] : [])])
  const { graceMs, leaveMs } = settings.stop
  return await Promise.race([gateway.stop(graceMs, leaveMs).then(() => code), signals.second.then(() => cut(terminal))])
}

function cut(terminal: Terminal): number {
  terminal.err('sluice: ended by a second signal, whatever was still there\n')
  return exit.cut
}
