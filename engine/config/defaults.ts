import type { Finding, Staged } from '../core/finding.ts'
import type { Kind } from '../core/model.ts'
import { asMap, isNull } from './as-map.ts'
import { twice } from './declarations.ts'
import { warningAt } from './finding-at.ts'
import type { Placed } from './merge.ts'
import type { Entry, MapNode, Node } from './node.ts'
import { type Document, type Documents, isTest } from './parse-files.ts'
import { below, locate } from './position.ts'
import { type Catalogue, listIn, part, propertyOf, type Schema } from './schema-of.ts'

/** Fills in what `defaults:` says, where a pipeline, a channel or a connector does not say it; its own `null` refuses a default. */
export function applyDefaults({ documents, incomplete }: Documents, catalogue: Catalogue): Staged<Documents> {
  const findings: Finding[] = []
  const declared = declaredDefaults(documents, findings)
  if (declared.size === 0) return { value: { documents, incomplete }, findings }
  const filling = new Filling(declared, catalogue)
  const filled = documents.map(document => (isTest(document) ? document : filling.document(document)))
  return { value: { documents: filled, incomplete }, findings: incomplete ? findings : [...findings, ...filling.idle()] }
}

/** The values of `pipelines`, `channels` and `connectors` under `defaults`, each said once. */
function declaredDefaults(documents: readonly Document[], findings: Finding[]): ReadonlyMap<string, readonly Placed[]> {
  const found = new Map<string, Placed>()
  for (const { file, root } of documents.filter(document => !isTest(document)))
    for (const section of entriesOf(root).filter(({ key }) => key === 'defaults'))
      for (const entry of entriesOf(section.value)) {
        const placed = { entry, file: entry.file ?? file, pointer: below('/defaults', entry.key) }
        const [first, here] = [found.get(entry.key), locate(placed.file, entry.at, placed.pointer)]
        if (first === undefined) found.set(entry.key, placed)
        else findings.push(twice(entry.key, 'defaults', locate(first.file, first.entry.at, first.pointer), here))
      }
  return new Map([...found].map(([kind, { entry, file, pointer }]) => [kind, placedIn(entry.value, { entry, file, pointer })]))
}

class Filling {
  readonly #declared: ReadonlyMap<string, readonly Placed[]>
  readonly #catalogue: Catalogue
  /** Defaults that something took, or had a value of its own for. */
  readonly #fitting = new Set<Entry>()

  constructor(declared: ReadonlyMap<string, readonly Placed[]>, catalogue: Catalogue) {
    this.#declared = declared
    this.#catalogue = catalogue
  }

  document(document: Document): Document {
    const { root } = document
    if (root.kind !== 'map') return document
    const entries = root.entries.map(section => {
      if (section.key === 'connectors') return mapValues(section, value => this.#component(value, 'connector', 'connectors'))
      return section.key === 'pipelines' ? mapValues(section, value => this.#pipeline(value)) : section
    })
    return { ...document, root: { ...root, entries } }
  }

  /** A default that nothing here can have. */
  idle(): readonly Finding[] {
    return [...this.#declared].flatMap(([kind, all]) =>
      all
        .filter(({ entry }) => !this.#fitting.has(entry) && this.#isKnown(kind, entry.key))
        .map(({ entry, file, pointer }) =>
          warningAt(locate(file, entry.at, pointer), 'idle-default', `no ${kind.slice(0, -1)} here can have "${entry.key}"`, {
            hint: 'take it away',
          }),
        ),
    )
  }

  #pipeline(value: Node): Node {
    if (value.kind !== 'map') return value
    const schema = this.#catalogue.document('sluice:/pipeline.json')
    const filled = this.#fill(
      value,
      'pipelines',
      () => true,
      key => propertyOf(schema, key) ?? {},
    )
    const entries = filled.entries.map(entry => {
      if (entry.key !== 'channels' || entry.value.kind !== 'list') return entry
      return { ...entry, value: { ...entry.value, items: entry.value.items.map(item => this.#component(item, 'channel', 'channels')) } }
    })
    return { ...filled, entries }
  }

  #component(value: Node, kind: Kind, section: string): Node {
    const whole = asMap(value, { 'x-component': kind }, this.#catalogue)
    if (whole?.type === undefined) return value
    const unfit = listIn(this.#catalogue.component(kind, whole.type) ?? {}, 'x-unfit')
    const filled = this.#fill(whole.node, section, key => !unfit.includes(key), whole.schemaOf)
    return filled === whole.node ? value : filled
  }

  #fill(own: MapNode, kind: string, fits: (key: string) => boolean, schemaOf: (key: string) => Schema): MapNode {
    const given = (this.#declared.get(kind) ?? []).filter(({ entry }) => this.#isKnown(kind, entry.key) && fits(entry.key))
    if (given.length === 0) return own
    for (const { entry } of given) this.#fitting.add(entry)
    return fill(own, given, schemaOf, this.#catalogue)
  }

  /** One that there is not is told by the schema. */
  #isKnown(kind: string, key: string): boolean {
    const known = propertyOf(propertyOf(this.#catalogue.document('sluice:/config.json'), 'defaults') ?? {}, kind)
    return Object.hasOwn(part(known, 'properties') ?? {}, key)
  }
}

/** What is given but not there is added, maps key by key; `null` takes what is given away. */
function fill(own: MapNode, given: readonly Placed[], schemaOf: (key: string) => Schema, catalogue: Catalogue): MapNode {
  const standard = new Map(given.map(placed => [placed.entry.key, placed]))
  const kept = own.entries.flatMap((entry): readonly Entry[] => {
    const found = standard.get(entry.key)
    if (found === undefined) return [entry]
    return isNull(entry.value) ? [] : [{ ...entry, value: deepen(entry.value, found, schemaOf(entry.key), catalogue) }]
  })
  const written = new Set(own.entries.map(({ key }) => key))
  const added = given.filter(({ entry }) => !written.has(entry.key)).map(({ entry, file }) => ({ ...entry, file, inherited: true }))
  return { ...own, entries: [...kept, ...added] }
}

function deepen(own: Node, given: Placed, schema: Schema, catalogue: Catalogue): Node {
  const [here, there] = [asMap(own, schema, catalogue), asMap(given.entry.value, schema, catalogue)]
  if (here === undefined || there === undefined || here.type !== there.type) return own
  return fill(here.node, placedIn(there.node, given), here.schemaOf, catalogue)
}

const placedIn = (node: Node, { file, pointer }: Placed): readonly Placed[] =>
  entriesOf(node).map(entry => ({ entry, file: entry.file ?? file, pointer: below(pointer, entry.key) }))

const entriesOf = (node: Node): readonly Entry[] => (node.kind === 'map' ? node.entries : [])

function mapValues(section: Entry, change: (value: Node) => Node): Entry {
  if (section.value.kind !== 'map') return section
  return {
    ...section,
    value: { ...section.value, entries: section.value.entries.map(entry => ({ ...entry, value: change(entry.value) })) },
  }
}
