import { createLog } from '../../observe/log.ts'
import { Watch } from '../../runtime/watch.ts'
import { exit } from '../command.ts'
import { stopSignals } from '../stop-signal.ts'
import { type RoundOptions, runRound } from './round.ts'

/** Runs the tests, and again whenever a file of the configuration or a plugin changes, until a signal stops it. */
export async function watchRounds(options: RoundOptions): Promise<number> {
  const { terminal, settings } = options.invocation
  let asked = false
  let running: Promise<void> = Promise.resolve()
  const again = (): void => {
    if (asked) return
    asked = true
    running = running.then(round).catch((error: unknown) => terminal.err(`sluice: ${error instanceof Error ? error.message : error}\n`))
  }
  const watch = await Watch.start({
    folders: [
      ...settings.config.map(folder => ({ folder, counts: (path: string) => path.endsWith('.yaml') })),
      { folder: settings.plugins, counts: () => true },
    ],
    changed: again,
    log: createLog({ level: 'warn', format: 'text', write: terminal.err }),
  })
  const round = async (): Promise<void> => {
    asked = false
    await options.registry.refresh()
    watch.read((await runRound(options)).digests)
    terminal.out('waiting for a change\n')
  }
  again()
  const { first, second } = stopSignals()
  await first
  watch.stop()
  await Promise.race([running, second])
  return exit.ok
}
