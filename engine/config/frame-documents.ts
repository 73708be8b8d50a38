import { dirname, resolve } from 'node:path'
import type { Finding, Staged } from '../core/finding.ts'
import { mapInSlices, type Slices } from '../core/slices.ts'
import { type Document, type Documents, isTest } from './document.ts'
import { documentMode, frame, frameEntry, placeOf } from './frame.ts'
import type { FrameContext } from './frame-context.ts'
import type { Framed, Place } from './framed.ts'
import type { Memory } from './memory.ts'
import type { Entry, Node } from './node.ts'
import type { SourceFile } from './position.ts'
import { type Catalogue, propertyOf, type Schema } from './schema-of.ts'
import type { Outside } from './substitute.ts'

export interface FramedDocuments {
  readonly configurations: readonly Framed[]
  /** Those of `*.test.yaml`. */
  readonly tests: readonly Framed[]
}

export interface FramingOptions {
  readonly catalogue: Catalogue
  readonly memory: Memory
  /** What `${NAME}` reads. */
  readonly variable: Outside['variable']
  /** What `${file:path}` reads, by absolute path. */
  readonly secret: (path: string) => ReturnType<Outside['file']>
}

/** What a document, or one thing that it declares, asks about while it is laid beside its schema. */
interface Around extends Omit<FramingOptions, 'memory'> {
  readonly connectorType: (name: string) => string | undefined
}

interface Said {
  readonly framed: Framed
  readonly findings: readonly Finding[]
}

/** Lays every document beside its schema, each declared thing by itself. Connectors are looked at first: what a call takes is known by its connector's type. */
export function* frameDocuments({ documents }: Documents, { memory, ...outside }: FramingOptions): Slices<Staged<FramedDocuments>> {
  const types = outside.catalogue.types('connector')
  const connectors = new Map(documents.flatMap(({ root }) => connectorTypes(root, types)))
  const around: Around = { ...outside, connectorType: name => connectors.get(name) }
  const settled = documents.map(document => memory.settle(`document ${document.file.path}`, document, isSameDocument))
  const [tests, others] = [settled.filter(isTest), settled.filter(document => !isTest(document))]
  const configurations = yield* mapInSlices(others, document => memory.within(frameConfiguration, document, { ...around, memory }))
  const tested = tests.map(document => memory.within(frameTest, document, around))
  const framed = ({ framed }: Said): Framed => framed
  return {
    value: { configurations: configurations.map(framed), tests: tested.map(framed) },
    findings: [...configurations, ...tested].flatMap(({ findings }) => findings),
  }
}

function frameTest({ file, root }: Document, around: Around): Said {
  const { context, findings } = contextOf(around)
  return { framed: frame(root, around.catalogue.document('sluice:/test.json'), documentMode, placeOfRoot(file, root), context), findings }
}

function frameConfiguration({ file, root }: Document, around: Around & Pick<FramingOptions, 'memory'>): Said {
  const { context, findings } = contextOf(around)
  const schema = around.catalogue.document('sluice:/config.json')
  const place = placeOfRoot(file, root)
  if (root.kind !== 'map') return { framed: frame(root, schema, documentMode, place, context), findings }
  const { memory, ...outside } = around
  const sections = root.entries.map((section): readonly [string, Framed] => {
    const { key, value } = section
    if (value.kind !== 'map') return [key, frameEntry(section, schema, documentMode, place, context)]
    const inside = placeOf(section, place)
    const owner = propertyOf(schema, key) ?? {}
    const named = value.entries.map((entry): readonly [string, Framed] => {
      const said = memory.within(frameNamed, entry, { ...outside, owner, file: entry.file ?? file, pointer: inside.pointer })
      findings.push(...said.findings)
      return [entry.key, said.framed]
    })
    return [key, { kind: 'map', schema: owner, place: inside, entries: new Map(named) }]
  })
  return { framed: { kind: 'map', schema, place, entries: new Map(sections) }, findings }
}

/** One declared thing, in a section of this file with this schema. */
function frameNamed(entry: Entry, around: Around & Pick<Place, 'file' | 'pointer'> & { readonly owner: Schema }): Said {
  const { context, findings } = contextOf(around)
  const { owner, file, pointer } = around
  // where the section itself stands says nothing of what is in it
  return { framed: frameEntry(entry, owner, documentMode, { file, pointer, key: 0, start: 0 }, context), findings }
}

function contextOf({ catalogue, connectorType, variable, secret }: Around): { context: FrameContext; findings: Finding[] } {
  const findings: Finding[] = []
  const outside = ({ file }: Place): Outside => ({ variable, file: path => secret(resolve(dirname(file.path), path)) })
  return { findings, context: { catalogue, outside, connectorType, report: finding => findings.push(finding) } }
}

const placeOfRoot = (file: SourceFile, root: Node): Place => ({ file, pointer: '', key: root.start, start: root.start })

/** The same things declared at the same places. */
function isSameDocument(before: Document, now: Document): boolean {
  if (before === now) return true
  const [one, other] = [before.root, now.root]
  if (before.file !== now.file || one.kind !== 'map' || other.kind !== 'map') return false
  return one.start === other.start && hasSame(one.entries, other.entries, isSameSection)
}

const isSameSection = (before: Entry, now: Entry): boolean =>
  before === now ||
  (before.key === now.key &&
    before.at === now.at &&
    before.value.start === now.value.start &&
    before.value.kind === 'map' &&
    now.value.kind === 'map' &&
    hasSame(before.value.entries, now.value.entries, Object.is))

const hasSame = <Item>(before: readonly Item[], now: readonly Item[], same: (before: Item, now: Item) => boolean): boolean =>
  before.length === now.length && before.every((item, at) => same(item, now[at] as Item))

/** Name and type of each connector that a document declares, as far as its type can be told. */
function connectorTypes(root: Node, types: readonly string[]): readonly (readonly [string, string])[] {
  const declared = root.kind === 'map' ? root.entries.find(({ key }) => key === 'connectors')?.value : undefined
  if (declared?.kind !== 'map') return []
  return declared.entries.flatMap(({ key, value }) => {
    const type =
      value.kind === 'scalar' ? value.value : value.kind === 'map' ? value.entries.find(entry => types.includes(entry.key))?.key : undefined
    return typeof type === 'string' && types.includes(type) ? [[key, type] as const] : []
  })
}
