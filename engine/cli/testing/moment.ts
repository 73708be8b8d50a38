import type { LoadOptions } from '../../config/load.ts'
import type { Clock } from '../../core/ports.ts'
import { TestFault } from './test-fault.ts'

/** Time and chance as tests see them: the clock stands where a message says `now`, and goes on elsewhere; `$uuid()` counts up in each test. */
export interface Moment {
  readonly clock: Clock
  /** What expressions read. */
  readonly ambient: NonNullable<LoadOptions['ambient']>
  /** Begins a test: `$uuid()` counts from one again. */
  begin(): void
  /** Puts the clock where a message says; ISO 8601. Throws TestFault for what is no time. */
  stand(now: string | undefined): void
}

export function createMoment(): Moment {
  let standing: number | undefined
  let count = 0
  const now = (): number => standing ?? Date.now()
  return {
    clock: { now },
    ambient: { now, uuid: () => `00000000-0000-4000-8000-${(++count).toString(16).padStart(12, '0')}` },
    begin() {
      count = 0
    },
    stand(text) {
      standing = text === undefined ? undefined : Date.parse(text)
      if (Number.isNaN(standing)) throw new TestFault(`"${text}" is not a time: write 2013-09-06T12:00:00Z`)
    },
  }
}
