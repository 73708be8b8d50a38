import { asSluiceError, SluiceError } from '../core/errors.ts'
import type { Body, Message } from '../core/message.ts'
import type { Scope } from '../core/scope.ts'
import { Pace } from './pace.ts'

/** Does the work of one item. */
export type WorkOn = (index: number, scope: Scope) => Message | Promise<Message>

/**
 * Does the work for `count` items, at most so many at once, and gives the bodies in order. The first error cancels the rest and is thrown.
 * One lane whose work answers at once costs no promise, and gives way to others when it takes long.
 */
export function runLanes(count: number, concurrency: number, work: WorkOn, scope: Scope): readonly Body[] | Promise<readonly Body[]> {
  const bodies: Body[] = []
  if (concurrency > 1) return new Lanes(count, work, scope, bodies).run(Math.min(concurrency, count))
  const pace = new Pace()
  for (let index = 0; index < count; index++) {
    if (pace.due) return new Lanes(count, work, scope, bodies, index).run(1)
    scope.check()
    const answer = work(index, scope)
    if (answer instanceof Promise) return new Lanes(count, work, scope, bodies, index + 1).run(1, answer)
    bodies.push(answer.body)
  }
  return bodies
}

/** The lanes of one run: each takes the next item when it is done with the one before. */
class Lanes {
  readonly #count: number
  readonly #work: WorkOn
  readonly #scope: Scope
  readonly #bodies: Body[]
  readonly #pace = new Pace()
  #next: number

  constructor(count: number, work: WorkOn, scope: Scope, bodies: Body[], from = 0) {
    this.#count = count
    this.#work = work
    this.#scope = scope.narrow({})
    this.#bodies = bodies
    this.#next = from
  }

  /** `begun`: the item before the first is under way already. */
  async run(lanes: number, begun?: Promise<Message>): Promise<readonly Body[]> {
    try {
      if (begun !== undefined) this.#bodies[this.#next - 1] = (await begun).body
      await Promise.all(Array.from({ length: lanes }, () => this.#lane()))
      return this.#bodies
    } catch (thrown) {
      this.#next = this.#count
      this.#scope.cancel(new SluiceError('CANCELLED', 'another item failed', { cause: thrown }))
      throw asSluiceError(thrown)
    } finally {
      this.#scope.release()
    }
  }

  async #lane(): Promise<void> {
    while (this.#next < this.#count) {
      this.#scope.check()
      const index = this.#next++
      this.#bodies[index] = (await this.#work(index, this.#scope)).body
      if (this.#pace.due) await this.#pace.yield()
    }
  }
}
