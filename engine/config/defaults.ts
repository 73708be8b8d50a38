import type { Finding, Staged } from '../core/finding.ts'
import type { Kind } from '../core/model.ts'
import { asMap, isNull } from './as-map.ts'
import { twice } from './declarations.ts'
import { type Document, type Documents, isTest } from './document.ts'
import { warningAt } from './finding-at.ts'
import { isSameList, type Memory } from './memory.ts'
import type { Placed } from './merge.ts'
import type { Entry, MapNode, Node } from './node.ts'
import { below, locate } from './position.ts'
import { type Catalogue, listIn, part, propertyOf, type Schema } from './schema-of.ts'

/** Fills in what `defaults:` says, where a pipeline, a channel or a connector does not say it; its own `null` refuses a default. */
export function applyDefaults({ documents, incomplete }: Documents, catalogue: Catalogue, memory: Memory): Staged<Documents> {
  const findings: Finding[] = []
  const declared = memory.settle('defaults', declaredDefaults(documents, findings), isSameDeclared)
  if (declared.size === 0) return { value: { documents, incomplete }, findings }
  const fitting = new Set<Entry>()
  const fillOne = (section: string, entry: Entry): Entry => {
    const filled = memory.within(fillEntry, entry, { section, declared, catalogue })
    for (const one of filled.fitting) fitting.add(one)
    return filled.entry
  }
  const filled = documents.map(document => (isTest(document) ? document : fillDocument(document, fillOne)))
  const idle = incomplete ? [] : idleDefaults(declared, fitting, catalogue)
  return { value: { documents: filled, incomplete }, findings: [...findings, ...idle] }
}

/** What `defaults:` says, by what it is for. */
type Declared = ReadonlyMap<string, readonly Placed[]>

/** The values of `pipelines`, `channels` and `connectors` under `defaults`, each said once. */
function declaredDefaults(documents: readonly Document[], findings: Finding[]): Declared {
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

/** The very same things said. */
const isSameDeclared = (before: Declared, now: Declared): boolean =>
  isSameList([...before.keys()], [...now.keys()]) && isSameList(saidIn(before), saidIn(now))

const saidIn = (declared: Declared): readonly unknown[] => [...declared.values()].flat().flatMap(({ entry, file }) => [entry, file])

function fillDocument(document: Document, fillOne: (section: string, entry: Entry) => Entry): Document {
  const { root } = document
  if (root.kind !== 'map') return document
  const entries = root.entries.map(section => {
    if (section.value.kind !== 'map' || !taking.includes(section.key)) return section
    return { ...section, value: { ...section.value, entries: section.value.entries.map(entry => fillOne(section.key, entry)) } }
  })
  return { ...document, root: { ...root, entries } }
}

/** Sections whose things take defaults. */
const taking = ['connectors', 'pipelines']

function fillEntry(
  entry: Entry,
  { section, declared, catalogue }: { readonly section: string; readonly declared: Declared; readonly catalogue: Catalogue },
): { readonly entry: Entry; readonly fitting: ReadonlySet<Entry> } {
  const filling = new Filling(declared, catalogue)
  const value = section === 'connectors' ? filling.connector(entry.value) : filling.pipeline(entry.value)
  return { entry: { ...entry, value }, fitting: filling.fitting }
}

/** A default that nothing here can have. */
const idleDefaults = (declared: Declared, fitting: ReadonlySet<Entry>, catalogue: Catalogue): readonly Finding[] =>
  [...declared].flatMap(([kind, all]) =>
    all
      .filter(({ entry }) => !fitting.has(entry) && isKnown(kind, entry.key, catalogue))
      .map(({ entry, file, pointer }) =>
        warningAt(locate(file, entry.at, pointer), 'idle-default', `no ${kind.slice(0, -1)} here can have "${entry.key}"`, {
          hint: 'take it away',
        }),
      ),
  )

/** One that there is not is told by the schema. */
function isKnown(kind: string, key: string, catalogue: Catalogue): boolean {
  const known = propertyOf(propertyOf(catalogue.document('sluice:/config.json'), 'defaults') ?? {}, kind)
  return Object.hasOwn(part(known, 'properties') ?? {}, key)
}

class Filling {
  readonly #declared: Declared
  readonly #catalogue: Catalogue
  /** Defaults that something took, or had a value of its own for. */
  readonly fitting = new Set<Entry>()

  constructor(declared: Declared, catalogue: Catalogue) {
    this.#declared = declared
    this.#catalogue = catalogue
  }

  connector(value: Node): Node {
    return this.#component(value, 'connector', 'connectors')
  }

  pipeline(value: Node): Node {
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
    const given = (this.#declared.get(kind) ?? []).filter(({ entry }) => isKnown(kind, entry.key, this.#catalogue) && fits(entry.key))
    if (given.length === 0) return own
    for (const { entry } of given) this.fitting.add(entry)
    return fill(own, given, schemaOf, this.#catalogue)
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
