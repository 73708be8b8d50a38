import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { openDatabase } from './database.ts'
import { prepareEntries } from './entries.ts'
import { asBroken } from './faults.ts'
import { readMigrations } from './migrate.ts'
import type { Answer, Batch, FullRow, Said, WorkerData } from './protocol.ts'
import { prepareTransaction } from './transaction.ts'

/** The thread of a SQLite store: its statements are synchronous, and the disk may take its time. It runs batches until it is told to close, or cannot go on. */
function serve(port: MessagePort, { file, holder }: WorkerData): void {
  const say = (said: Said, transfer: readonly ArrayBuffer[] = []): void => port.postMessage(said, transfer)
  try {
    const { database, close } = openDatabase({ file, holder, migrations: readMigrations() })
    const run = prepareTransaction(database, prepareEntries(database))
    const end = (): void => {
      port.close()
      close()
    }
    port.on('message', (batch: Batch | 'close') => {
      if (batch === 'close') return end()
      const { answers, broken } = run(batch)
      say({ say: 'answers', answers, broken }, answers.flatMap(buffers))
      if (broken !== undefined) end()
    })
    say({ say: 'open' })
  } catch (error) {
    const broken = asBroken(error)
    const reason = broken?.message ?? (error instanceof Error ? error.message : String(error))
    say({ say: 'broken', broken: { fault: { reason, retry: 'safe' }, lasting: broken?.lasting ?? false } })
    port.close()
  }
}

/** Of the bodies in an answer, which are the worker's no longer: they are not copied. */
function buffers(answer: Answer): readonly ArrayBuffer[] {
  const value = 'value' in answer ? answer.value : undefined
  const full = (Array.isArray(value) ? value : [value]) as readonly (Partial<FullRow> | undefined)[]
  return full.flatMap(one => (one?.body instanceof Uint8Array && one.body.byteLength > 0 ? [one.body.buffer as ArrayBuffer] : []))
}

if (parentPort !== null) serve(parentPort, workerData as WorkerData)
