import { isSame, type Seen } from './look.ts'

/** Which files stand still: the same at two looks, with the time to settle between them. Remembers the files of one look only. */
export class Still {
  readonly #settleMs: number
  #known = new Map<string, { readonly seen: Seen; readonly since: number }>()

  constructor(settleMs: number) {
    this.#settleMs = settleMs
  }

  /** Of one look, by `performance.now()`: the files that may be taken, and in how many milliseconds the next one may be where none changes. */
  look(files: readonly Seen[], now: number): { readonly ready: readonly Seen[]; readonly again: number | undefined } {
    const known = new Map<string, { readonly seen: Seen; readonly since: number }>()
    const ready: Seen[] = []
    let again: number | undefined
    for (const seen of files) {
      const before = this.#known.get(seen.path)
      const same = before !== undefined && isSame(before.seen, seen)
      const since = same ? before.since : now
      known.set(seen.path, { seen, since })
      const left = since + this.#settleMs - now
      if (same && left <= 0) ready.push(seen)
      else again = Math.min(again ?? Number.POSITIVE_INFINITY, Math.max(left, shortest))
    }
    this.#known = known
    return { ready, again }
  }

  /** A file that stood still, was taken and is there again stands still. */
  remember(seen: Seen): void {
    this.#known.set(seen.path, { seen, since: Number.NEGATIVE_INFINITY })
  }
}

/** Between two looks, in milliseconds. */
const shortest = 50
