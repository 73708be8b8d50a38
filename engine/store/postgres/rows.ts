import type { Change, Entry, FullEntry } from '../../core/store.ts'

/** A row of `entry` as the client gives it: whole numbers of 64 bits as text. */
export interface Row {
  readonly kind: Entry['kind']
  readonly key: string
  readonly group: string
  readonly lane: string
  readonly sequence: string
  readonly due: string
  readonly expires: string | null
  readonly version: string
  readonly owner: string | null
  readonly until: string | null
  readonly head: string
  readonly size: number
}

export interface FullRow extends Row {
  readonly body: Buffer
}

export const columns = 'kind, key, "group", lane, sequence, due, expires, version, owner, until, head, octet_length(body) as size'

export function entryOf(row: Row): Entry {
  const { kind, key, group, lane, sequence, due, expires, version, owner, until, head, size } = row
  return {
    kind,
    key,
    group,
    lane,
    sequence: Number(sequence),
    due: Number(due),
    expires: expires === null ? undefined : Number(expires),
    version: Number(version),
    lease: owner === null ? undefined : { owner, until: Number(until) },
    head: JSON.parse(head),
    size,
  }
}

export const fullEntryOf = (row: FullRow): FullEntry => ({ ...entryOf(row), body: new Uint8Array(row.body) })

/** Changes that are made together, as `commit_sets` takes them; bodies lie elsewhere, each from `at` on. */
export interface ChangeSet {
  /** JSON of the changes, but for where their bodies begin. */
  readonly changes: readonly Readonly<Record<string, unknown>>[]
  readonly bodies: readonly Uint8Array[]
  /** Of bodies and heads. */
  readonly bytes: number
}

export function changeSet(changes: readonly Change[]): ChangeSet {
  const bodies: Uint8Array[] = []
  let bytes = 0
  const encoded = changes.map(change => {
    const expect = change.expect === 'absent' ? -1 : change.expect
    if ('remove' in change) return { do: 'remove', ...named(change.remove), expect }
    const fields = 'put' in change ? change.put : change.update
    const head = 'head' in fields || 'put' in change ? JSON.stringify(fields.head ?? null) : undefined
    bytes += perChange + (head?.length ?? 0)
    if ('update' in change) {
      const { due } = change.update
      const expires = 'expires' in change.update ? { expires: change.update.expires ?? null } : {}
      return { do: 'update', ...named(change.update), due, ...expires, head, expect }
    }
    const { group = '', lane = '', due = 0, expires, body = new Uint8Array() } = change.put
    bodies.push(body)
    bytes += body.byteLength
    return { do: 'put', ...named(change.put), group, lane, due, expires, head, size: body.byteLength, expect }
  })
  return { changes: encoded, bodies, bytes }
}

const named = ({ kind, key }: Pick<Entry, 'kind' | 'key'>): Pick<Entry, 'kind' | 'key'> => ({ kind, key })

/** Bytes of a change besides its head and body: an estimate. */
const perChange = 200

/** The two arguments of `commit_sets`. */
export function batchOf(sets: readonly ChangeSet[]): readonly [string, Buffer] {
  let at = 0
  const placed = sets.map(({ changes }) =>
    changes.map(change => {
      if (change['do'] !== 'put') return change
      const put = { ...change, at }
      at += Number(change['size'])
      return put
    }),
  )
  return [JSON.stringify(placed), Buffer.concat(sets.flatMap(({ bodies }) => bodies))]
}
