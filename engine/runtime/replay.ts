import { SluiceError } from '../core/errors.ts'
import type { Clock } from '../core/ports.ts'
import type { DeadLetter, DeadLetters } from '../durable/dead-letters.ts'
import { putQueued } from '../durable/queue.ts'
import type { StoredMessage } from '../durable/stored-message.ts'
import type { Gate } from './gate.ts'

export interface ReplayOptions {
  readonly letters: DeadLetters
  readonly gate: Gate
  readonly clock: Clock
  /** Called when something was put on the queue of a pipeline. */
  readonly woken: (pipeline: string) => void
}

/** Letters of one commit, and bytes of their bodies. */
const batchMost = 100
const batchBytes = 4 * 1024 ** 2

interface Opened {
  readonly letter: DeadLetter
  readonly message: StoredMessage
}

/**
 * Puts dead letters onto the durable queues of their pipelines, each in the commit that takes the letter away, so that no crash loses or doubles
 * one. There they run on the revision of that moment, under their old correlation id, with all attempts anew. Gives how many; those whose pipeline
 * is not there stay where they are.
 */
export async function replay(pages: AsyncIterable<readonly DeadLetter[]>, options: ReplayOptions): Promise<number> {
  let replayed = 0
  for await (const page of pages) {
    let batch: Opened[] = []
    let bytes = 0
    for (const { id } of page.filter(letter => isThere(letter.pipeline, options))) {
      const opened = await options.letters.get(id)
      if (opened === undefined) continue
      batch.push(opened)
      bytes += opened.letter.size
      if (batch.length < batchMost && bytes < batchBytes) continue
      replayed += await requeue(batch, options)
      batch = []
      bytes = 0
    }
    replayed += await requeue(batch, options)
  }
  return replayed
}

/** Throws NOT_FOUND where the pipeline of a letter is gone: then it could only wait. */
export function mustBeThere({ pipeline }: DeadLetter, options: Pick<ReplayOptions, 'gate'>): void {
  if (!isThere(pipeline, options)) throw new SluiceError('NOT_FOUND', `there is no pipeline "${pipeline}" to run the message`)
}

const isThere = (pipeline: string, { gate }: Pick<ReplayOptions, 'gate'>): boolean => gate.current?.model.pipelines.has(pipeline) === true

/** All in one commit; where one of them changed in between, each by itself. */
async function requeue(batch: readonly Opened[], options: ReplayOptions): Promise<number> {
  if (batch.length === 0) return 0
  const since = options.clock.now()
  const puts = batch.map(({ letter: { id, pipeline, via }, message }) => putQueued({ id, pipeline, message, channel: via, since }))
  const letters = batch.map(({ letter }) => letter)
  if (await options.letters.take(letters, puts)) {
    for (const pipeline of new Set(letters.map(letter => letter.pipeline))) options.woken(pipeline)
    return batch.length
  }
  if (batch.length === 1) return 0
  let replayed = 0
  for (const opened of batch) replayed += await requeue([opened], options)
  return replayed
}
