import { resolve } from 'node:path'
import type { ConfigFault, Handle, Host } from '../../core/component.ts'
import { defineConsuming } from '../../core/component.ts'
import type { FileChannel } from '../../core/config.gen.ts'
import { checkTimes, nextOf } from '../../kit/times.ts'
import { FileConsumer } from './consumer.ts'
import { patternFault } from './pattern.ts'

/**
 * Files of a folder, each a message: claimed by an atomic rename once it stands still, acknowledged by moving or deleting it, refused by giving it
 * back. `source` has `file`, `path`, `size`, `modified` (ISO 8601).
 */
export default defineConsuming<FileChannel>({
  guarantees: 'at-least-once',
  once: 'per-cluster',
  check,
  takes: ({ folder, match }) => match.map(pattern => `the files ${pattern} of ${resolve(folder)}`),
  create: (config: FileChannel, _client: undefined, handle: Handle, host: Host) =>
    new FileConsumer({ config, next: nextOf(timesOf(config)), handle, host }),
})

function check(config: FileChannel): readonly ConfigFault[] {
  const faults = [...checkTimes(timesOf(config), 'a folder is looked into')]
  for (const [at, pattern] of config.match.entries()) {
    const fault = patternFault(pattern)
    if (fault !== undefined) faults.push({ pointer: `/match/${at}`, message: fault, hint: 'match: ["*.csv", "*.txt"]' })
  }
  for (const target of ['done', 'failed'] as const)
    if (resolve(config.folder, config[target]) === resolve(config.folder))
      faults.push({ pointer: `/${target}`, message: `${target} is the folder that files are taken from`, hint: `${target}: ${target}` })
  return faults
}

/** `every` has a default, `cron` has none: where it is said, it counts. */
const timesOf = ({ every, cron, zone }: FileChannel): Parameters<typeof nextOf>[0] =>
  cron === undefined ? { every, zone } : { cron, zone }
