import type { Finding, Staged } from '../core/finding.ts'
import { isNull } from './as-map.ts'
import { twice } from './declarations.ts'
import { type Document, type Documents, isTest } from './document.ts'
import { warningAt } from './finding-at.ts'
import type { Memory } from './memory.ts'
import { type Idle, type Merged, merge, type Placed } from './merge.ts'
import type { Entry, MapNode } from './node.ts'
import { below, locate, type SourceFile } from './position.ts'
import { type Catalogue, propertyOf, type Schema } from './schema-of.ts'

/**
 * The documents of several folders as those of one: each folder is an overlay on those before it. What is declared below stays in its document,
 * merged; what is new stays in the overlay's.
 */
export function overlay(folders: readonly Documents[], catalogue: Catalogue, memory: Memory): Staged<Documents> {
  const [base, ...overlays] = folders
  const findings: Finding[] = []
  const documents = overlays.reduce((under, { documents: upper }) => {
    const layer = new Layer(under, catalogue, memory)
    const left = upper.map(document => (isTest(document) ? document : layer.lay(document)))
    findings.push(...layer.findings)
    return [...layer.merged(), ...left]
  }, base?.documents ?? [])
  const incomplete = folders.some(folder => folder.incomplete)
  // While a file below cannot be read, what seems to change nothing may change something in it.
  return { value: { documents, incomplete }, findings: findings.filter(({ severity }) => severity === 'error' || !incomplete) }
}

/** One folder on top of what lies below it. */
class Layer {
  readonly findings: Finding[] = []
  readonly #catalogue: Catalogue
  readonly #memory: Memory
  readonly #under: readonly Document[]
  /** What is declared below, as it is by now: absent where it was taken away. */
  readonly #declared = new Map<string, Placed>()
  /** The first entry of this folder for each that it met below. */
  readonly #met = new Map<string, Placed>()

  constructor(under: readonly Document[], catalogue: Catalogue, memory: Memory) {
    this.#under = under
    this.#catalogue = catalogue
    this.#memory = memory
    for (const placed of under.flatMap(declaredIn)) if (!this.#declared.has(placed.pointer)) this.#declared.set(placed.pointer, placed)
  }

  /** Lays a document on what is below; gives it back with what lies on nothing. */
  lay(document: Document): Document {
    if (document.root.kind !== 'map') return document
    const entries = document.root.entries.flatMap(entry => this.#section({ entry, file: document.file, pointer: below('', entry.key) }))
    return { ...document, root: { ...document.root, entries } }
  }

  /** The documents below as they are by now. */
  merged(): readonly Document[] {
    const before = new Map<string, Placed>()
    for (const placed of this.#under.flatMap(declaredIn)) if (!before.has(placed.pointer)) before.set(placed.pointer, placed)
    const now = (placed: Placed): readonly Entry[] => {
      // A second one of the same name, which the folder below should not have, is left for `declare` to find.
      if (before.get(placed.pointer)?.entry !== placed.entry) return [placed.entry]
      const found = this.#declared.get(placed.pointer)
      return found === undefined ? [] : [found.entry]
    }
    return this.#under.map(document => rebuilt(document, now))
  }

  #section(section: Placed): readonly Entry[] {
    const { value } = section.entry
    if (isNull(value)) return this.#without(section)
    if (value.kind !== 'map') return [section.entry]
    const idle: Idle[] = []
    const rest = value.entries.filter(entry => {
      const upper = { entry, file: entry.file ?? section.file, pointer: below(section.pointer, entry.key) }
      const found = this.#name(upper, section.entry.key)
      idle.push(...(found ?? []))
      return found === undefined
    })
    this.findings.push(...idle.map(idleAt))
    return rest.length === 0 ? [] : [{ ...section.entry, value: { ...value, entries: rest } }]
  }

  /** Takes a whole section away. */
  #without(section: Placed): readonly Entry[] {
    const names = [...this.#declared.keys()].filter(pointer => pointer.startsWith(`${section.pointer}/`))
    if (names.length === 0) this.findings.push(idleAt({ upper: section, under: undefined }))
    for (const pointer of names) this.#declared.delete(pointer)
    return []
  }

  /** What of an entry changes nothing; `undefined` where there is none of this name below: it is a new one. */
  #name(upper: Placed, section: string): readonly Idle[] | undefined {
    const first = this.#met.get(upper.pointer)
    if (first !== undefined) {
      const [here, there] = [first, upper].map(({ file, entry, pointer }) => locate(file, entry.at, pointer))
      if (here !== undefined && there !== undefined) this.findings.push(twice(upper.entry.key, section, here, there))
      return []
    }
    const under = this.#declared.get(upper.pointer)
    if (under === undefined) return isNull(upper.entry.value) ? [{ upper, under }] : undefined
    this.#met.set(upper.pointer, upper)
    const sections = propertyOf(this.#catalogue.document('sluice:/config.json'), section) ?? {}
    const { entry, idle } = this.#memory.within(mergeEntry, upper.entry, {
      upperFile: upper.file,
      under: under.entry,
      underFile: under.file,
      pointer: upper.pointer,
      schema: propertyOf(sections, upper.entry.key) ?? nothing,
      catalogue: this.#catalogue,
    })
    if (entry === undefined) this.#declared.delete(upper.pointer)
    else this.#declared.set(upper.pointer, { ...under, entry })
    return idle
  }
}

interface Around {
  readonly upperFile: SourceFile
  readonly under: Entry
  readonly underFile: SourceFile
  /** Of both. */
  readonly pointer: string
  readonly schema: Schema
  readonly catalogue: Catalogue
}

const mergeEntry = (upper: Entry, { upperFile, under, underFile, pointer, schema, catalogue }: Around): Merged =>
  merge({ entry: under, file: underFile, pointer }, { entry: upper, file: upperFile, pointer }, schema, catalogue)

const nothing: Schema = {}

/** Every named thing of a document, by its pointer. */
function declaredIn(document: Document): readonly Placed[] {
  const { file, root } = document
  if (root.kind !== 'map' || isTest(document)) return []
  return root.entries.flatMap(({ key, value }) =>
    value.kind !== 'map'
      ? []
      : value.entries.map(entry => ({ entry, file: entry.file ?? file, pointer: below(below('', key), entry.key) })),
  )
}

function rebuilt(document: Document, now: (placed: Placed) => readonly Entry[]): Document {
  const { file, root } = document
  if (root.kind !== 'map' || isTest(document)) return document
  const entries = root.entries.map(section => {
    if (section.value.kind !== 'map') return section
    const named = section.value.entries.flatMap(entry => now({ entry, file, pointer: below(below('', section.key), entry.key) }))
    const value: MapNode = { ...section.value, entries: named }
    return { ...section, value }
  })
  return { file, root: { ...root, entries } }
}

function idleAt({ upper, under }: Idle): Finding {
  const { key, at } = upper.entry
  const where = locate(upper.file, at, upper.pointer)
  const hint = 'take it away here, or change its value'
  if (under === undefined) return warningAt(where, 'idle-overlay', `"${key}" is taken away here, and is not there below`, { hint })
  const there = locate(under.file, under.entry.at, under.pointer)
  const message = `"${key}" changes nothing: ${there.file}:${there.line}:${there.column} says the same`
  return warningAt(where, 'idle-overlay', message, { hint, related: [{ where: there, text: 'the same below' }] })
}
