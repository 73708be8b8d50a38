import { asSluiceError } from '../core/errors.ts'
import { type Command, exit, type Invocation } from './command.ts'
import { printFindings } from './findings.ts'
import { startGateway } from './gateway.ts'
import { readyScreen } from './ready-screen.ts'

/** Milliseconds that SIGTERM leaves to the messages that are there. */
const graceMs = 25_000
/** Milliseconds that the ready screen waits for the runs of `immediately`. */
const settleMs = 5_000

export const command: Command = {
  summary: 'Starts the gateway on a folder of pipelines.',
  usage: '[OPTIONS]',
  options: {},
  run,
}

async function run({ terminal, settings, environment }: Invocation): Promise<number> {
  const started = performance.now()
  const gateway = await startGateway({ settings, environment, write: terminal.err, serving: true }).catch((error: unknown) =>
    asSluiceError(error),
  )
  if (gateway instanceof Error) {
    terminal.err(`sluice: cannot start: ${gateway.message}${gateway.cause instanceof Error ? `: ${gateway.cause.message}` : ''}\n`)
    return exit.cannotStart
  }
  printFindings(gateway.outcome.findings, { terminal, format: 'text' })
  if (gateway.outcome.kind === 'broken') {
    terminal.err('sluice: cannot start: the configuration has errors\n')
    await gateway.stop(0)
    return exit.cannotStart
  }
  const stopped = signalled(gateway.runtime)
  await Promise.race([gateway.runtime.settled(settleMs), stopped])
  terminal.out(readyScreen(gateway, settings, performance.now() - started))
  await stopped
  await gateway.stop(graceMs)
  return exit.ok
}

/** Resolves at the first SIGTERM or SIGINT; reloads at every SIGHUP until then. */
function signalled(runtime: { reload(): Promise<unknown> }): Promise<void> {
  return new Promise(resolve => {
    const reload = (): void => void runtime.reload()
    process.on('SIGHUP', reload)
    const stop = (): void => {
      process.off('SIGHUP', reload)
      resolve()
    }
    process.once('SIGTERM', stop)
    process.once('SIGINT', stop)
  })
}
