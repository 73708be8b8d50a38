import type { DatabaseSync } from 'node:sqlite'
import type { StoreKind } from '../../core/store.ts'
import { prepare } from './columns.ts'

export interface Total {
  readonly group: string
  readonly count: number
  readonly bytes: number
}

type Step = readonly [kind: StoreKind, group: string, count: number, bytes: number]

/** How much there is of each group: kept in a table, which a transaction writes once, at its end. */
export class Totals {
  readonly #write
  readonly #clean
  readonly #of
  readonly #all
  #steps: Step[] = []

  constructor(database: DatabaseSync) {
    this.#write = prepare(
      database,
      `INSERT INTO totals VALUES (?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET count = count + excluded.count, bytes = bytes + excluded.bytes`,
    )
    this.#clean = prepare(database, 'DELETE FROM totals WHERE kind = ? AND grp = ? AND count = 0')
    this.#of = prepare(database, 'SELECT count, bytes FROM totals WHERE kind = ? AND grp = ?')
    this.#all = prepare(database, 'SELECT grp FROM totals WHERE kind = ?')
  }

  add(kind: StoreKind, group: string, count: number, bytes: number): void {
    this.#steps.push([kind, group, count, bytes])
  }

  /** How far it is, for `undo`. */
  get mark(): number {
    return this.#steps.length
  }

  undo(mark: number): void {
    this.#steps.length = mark
  }

  flush(): void {
    if (this.#steps.length === 0) return
    const sums = new Map<string, { kind: StoreKind; group: string; count: number; bytes: number }>()
    for (const [kind, group, count, bytes] of this.#steps) {
      const id = `${kind} ${group}`
      const sum = sums.get(id)
      if (sum === undefined) sums.set(id, { kind, group, count, bytes })
      else {
        sum.count += count
        sum.bytes += bytes
      }
    }
    this.#steps = []
    for (const { kind, group, count, bytes } of sums.values()) {
      this.#write.run(kind, group, count, bytes)
      if (count <= 0) this.#clean.run(kind, group)
    }
  }

  /** All that have entries, and perhaps some that have none left. */
  groups(kind: StoreKind): readonly string[] {
    const written = (this.#all.all(kind) as unknown as readonly (readonly [string])[]).map(([group]) => group)
    const since = this.#steps.filter(step => step[0] === kind).map(step => step[1])
    return [...new Set([...written, ...since])]
  }

  of(kind: StoreKind, group: string): Total | undefined {
    let [count = 0, bytes = 0] = (this.#of.get(kind, group) as unknown as readonly [number, number] | undefined) ?? []
    for (const step of this.#steps) {
      if (step[0] !== kind || step[1] !== group) continue
      count += step[2]
      bytes += step[3]
    }
    return count === 0 ? undefined : { group, count, bytes }
  }
}
