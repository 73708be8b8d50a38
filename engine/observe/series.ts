export interface FamilyOptions<Cell> {
  /** How many labels: three at most. */
  readonly depth: number
  readonly make: () => Cell
  /** Whether there is room for one more; for `other` there always is. */
  readonly grant: () => boolean
}

/** The cells of one metric, by the values of its labels. */
export interface Family<Cell> {
  at(a?: string, b?: string, c?: string): Cell
  all(): Iterable<readonly [values: readonly string[], cell: Cell]>
}

interface Node<Cell> {
  readonly inner: Map<string, Node<Cell>>
  readonly cell: Cell | undefined
}

/** A map in a map in a map: finding a cell joins no texts, since it is done for every message. */
export function createFamily<Cell>({ depth, make, grant }: FamilyOptions<Cell>): Family<Cell> {
  const found: (readonly [readonly string[], Cell])[] = []
  const root: Node<Cell> = { inner: new Map(), cell: depth === 0 ? made([]) : undefined }
  let other: Cell | undefined

  function made(values: readonly string[]): Cell {
    const cell = make()
    found.push([values, cell])
    return cell
  }
  const otherCell = (): Cell => {
    if (other !== undefined) return other
    other = made(Array.from({ length: depth }, () => 'other'))
    return other
  }
  const grow = (values: readonly string[]): Cell => {
    if (!grant()) return otherCell()
    let node = root
    let cell: Cell | undefined
    for (const [at, value] of values.entries()) {
      const known = node.inner.get(value)
      cell = at === values.length - 1 ? made(values) : undefined
      const next = known ?? { inner: new Map(), cell }
      if (known === undefined) node.inner.set(value, next)
      node = next
    }
    return cell ?? otherCell()
  }
  return {
    at(a = '', b = '', c = '') {
      let node: Node<Cell> | undefined = root
      if (depth > 0) node = node.inner.get(a)
      if (depth > 1) node = node?.inner.get(b)
      if (depth > 2) node = node?.inner.get(c)
      return node?.cell ?? grow([a, b, c].slice(0, depth))
    },
    all: () => found,
  }
}
