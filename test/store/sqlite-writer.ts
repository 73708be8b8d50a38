/** A process that commits without end, in pairs, and says each that was answered: what a test kills. Arguments: the file, and the first number. */
import { SqliteStore } from '../../engine/store/sqlite/sqlite.ts'
import { bodyOf } from './written.ts'

const [file = '', first = '0'] = process.argv.slice(2)
const store = new SqliteStore({ file, holder: `process ${process.pid}`, clock: { now: () => Date.now() } })
let next = Number(first)

async function write(): Promise<never> {
  for (;;) {
    const number = next++
    await store.commit([
      { put: { kind: 'queue', key: `${number}/a`, group: 'g', lane: `${number % 3}`, head: number, body: bodyOf(number) } },
      { put: { kind: 'queue', key: `${number}/b`, group: 'h', head: number } },
      ...(number % 10 === 0 ? [{ remove: { kind: 'queue', key: `${number - 10}/b` } } as const] : []),
    ])
    process.stdout.write(`${number}\n`)
  }
}

// Several at once, so that a kill meets them waiting, in a transaction, and on their way back.
await Promise.all(Array.from({ length: 8 }, write))
