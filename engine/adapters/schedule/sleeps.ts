import { type Job, scheduleJob } from 'node-schedule'

/** The longest sleep, in milliseconds: a clock that was set forward is noticed after it. */
const longest = 60_000
/** The shortest: node-schedule refuses a time that has passed by the time it looks. */
const shortest = 5

/** The sleeps of one channel, as one-shot jobs of node-schedule; it is woken early from a long one. */
export class Sleeps {
  readonly #jobs = new Set<Job>()
  #ended = false

  sleep(ms: number, wake: () => void): void {
    if (this.#ended) return
    const woken = (): void => {
      if (job !== null) this.#jobs.delete(job)
      wake()
    }
    const sleep = Math.max(shortest, Math.min(ms, longest))
    // node-schedule computes with the process's clock; should that leap right here, it gives null, and another second is nothing.
    const job: Job | null = scheduleJob(new Date(Date.now() + sleep), woken) ?? scheduleJob(new Date(Date.now() + 1000), woken)
    if (job !== null) this.#jobs.add(job)
  }

  end(): void {
    this.#ended = true
    for (const job of this.#jobs) job.cancel()
    this.#jobs.clear()
  }
}
