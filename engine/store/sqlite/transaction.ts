import type { DatabaseSync } from 'node:sqlite'
import { prepare } from './columns.ts'
import type { Entries } from './entries.ts'
import { asBroken, faultOf, isUndone } from './faults.ts'
import type { Answer, Batch, Break, Fault, Request } from './protocol.ts'

/** What became of a batch, and of the database: where `broken` is there, it cannot be used any longer. */
export interface Ran {
  readonly answers: readonly Answer[]
  readonly broken?: Break
}

interface Asked extends Omit<Batch, 'requests'> {
  readonly requests: readonly Request[]
}

/**
 * Runs a whole batch in one transaction: one write to the disk. Nothing is answered before it is there. A request that fails alone is undone alone: a
 * point to go back to costs as much as half a row, so only sets of several changes have one, until a request does fail; then the batch is run again,
 * with one for each.
 */
export function prepareTransaction(database: DatabaseSync, entries: Entries): (batch: Batch) => Ran {
  const [begin, end, abort] = [prepare(database, 'BEGIN IMMEDIATE'), prepare(database, 'COMMIT'), prepare(database, 'ROLLBACK')]
  const [save, back, release] = [prepare(database, 'SAVEPOINT one'), prepare(database, 'ROLLBACK TO one'), prepare(database, 'RELEASE one')]

  const plain = (request: Request, { bodies, now }: Asked): Answer => {
    // One change that does not hold has changed nothing.
    if (request.ask !== 'commit' || request.changes.length === 1) return answerOf(entries.answer(request, bodies, now))
    const { mark } = entries
    save.run()
    const conflict = entries.answer(request, bodies, now)
    if (conflict !== undefined) undo(mark)
    release.run()
    return answerOf(conflict)
  }
  const careful = (request: Request, batch: Asked): Answer => {
    const { mark } = entries
    save.run()
    const answer = attempt(() => plain(request, batch))
    if ('fault' in answer) undo(mark)
    release.run()
    return answer
  }
  const undo = (mark: number): void => {
    back.run()
    entries.undo(mark)
  }

  const run = (batch: Asked, one: typeof plain): Ran => {
    let committing = false
    try {
      begin.run()
      const answers = batch.requests.map(request => one(request, batch))
      entries.flush()
      committing = true
      end.run()
      return { answers }
    } catch (error) {
      const broken = asBroken(error)
      if (broken === undefined && one === plain && !committing) {
        abort.run()
        entries.undo(0)
        return run(batch, careful)
      }
      const fault: Fault = {
        reason: broken?.message ?? faultOf(error).reason,
        retry: committing && !isUndone(error) ? 'unsafe' : 'safe',
      }
      return { answers: batch.requests.map(() => ({ fault })), broken: { fault, lasting: broken?.lasting ?? false } }
    }
  }
  // What the main thread wrote.
  return batch => run({ ...batch, requests: JSON.parse(batch.requests) as readonly Request[] }, plain)
}

/** The same object each time: it travels once, and then as a reference. */
const done: Answer = { value: undefined }

const answerOf = (value: unknown): Answer => (value === undefined ? done : { value })

function attempt(make: () => Answer): Answer {
  try {
    return make()
  } catch (error) {
    if (asBroken(error) !== undefined) throw error
    return { fault: faultOf(error) }
  }
}
