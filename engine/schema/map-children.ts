/** `undefined` is an absent value. */
export type Mapping = (value: unknown) => unknown

export interface PropertyMapping {
  readonly name: string
  readonly mapping: Mapping
}

export interface PropertyMappings {
  readonly named: readonly PropertyMapping[]
  /** All names that the schema lists, those without a mapping too. */
  readonly known: ReadonlySet<string>
  readonly patterns: readonly { readonly pattern: RegExp; readonly mapping: Mapping | undefined }[]
  /** For names that are neither listed nor matched. */
  readonly others: Mapping | undefined
}

/** Maps the properties of plain objects; a property that becomes `undefined` is gone. */
export function mapProperties({ named, known, patterns, others }: PropertyMappings): Mapping | undefined {
  const rest = others !== undefined || patterns.some(({ mapping }) => mapping !== undefined)
  if (named.length === 0 && !rest) return undefined
  const fields = named.map(({ name, mapping }) => ({ name, mapping, guarded: name in Object.prototype }))
  const mapRest = rest ? restOf(known, patterns, others) : undefined
  return value => {
    if (!isPlain(value)) return value
    let copy: Record<string, unknown> | undefined
    let gone: readonly string[] = []
    for (const { name, mapping, guarded } of fields) {
      const before = guarded && !Object.hasOwn(value, name) ? undefined : value[name]
      const after = mapping(before)
      if (after === before) continue
      copy ??= { ...value }
      if (after === undefined) gone = [...gone, name]
      else if (guarded) Object.defineProperty(copy, name, { value: after, enumerable: true, configurable: true, writable: true })
      else copy[name] = after
    }
    const result = gone.length === 0 ? (copy ?? value) : without(copy ?? value, gone)
    return mapRest === undefined ? result : mapRest(result)
  }
}

/** Maps the items of lists: the first by their place, the others by `items`. */
export function mapItems(prefix: readonly (Mapping | undefined)[], items: Mapping | undefined): Mapping | undefined {
  if (items === undefined && prefix.every(mapping => mapping === undefined)) return undefined
  return value => {
    if (!Array.isArray(value)) return value
    let copy: unknown[] | undefined
    for (let index = 0; index < value.length; index++) {
      const mapping = index < prefix.length ? prefix[index] : items
      if (mapping === undefined) continue
      const before: unknown = value[index]
      const after = mapping(before)
      if (after === before) continue
      copy ??= [...value]
      copy[index] = after
    }
    return copy ?? value
  }
}

/** Made by a literal or by JSON.parse: not a Secret, a Template, bytes, a file. */
export function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function restOf(
  known: ReadonlySet<string>,
  patterns: PropertyMappings['patterns'],
  others: Mapping | undefined,
): (value: Readonly<Record<string, unknown>>) => unknown {
  return value => {
    let changed = false
    const entries = Object.entries(value).map(([name, before]) => {
      const matching = patterns.filter(({ pattern }) => pattern.test(name))
      const mappings = matching.length > 0 || known.has(name) ? matching.map(({ mapping }) => mapping) : [others]
      const after = mappings.reduce((result: unknown, mapping) => (mapping === undefined ? result : mapping(result)), before)
      if (after !== before) changed = true
      return [name, after] as const
    })
    // `fromEntries` defines own properties, `__proto__` too.
    return changed ? Object.fromEntries(entries) : value
  }
}

const without = (value: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)))
