import type { Finding, Staged } from '../core/finding.ts'
import { documentMode, frame } from './frame.ts'
import type { FrameContext } from './frame-context.ts'
import type { Framed, Place } from './framed.ts'
import type { Node } from './node.ts'
import { type Document, type Documents, isTest } from './parse-files.ts'
import type { SourceFile } from './position.ts'
import type { Catalogue } from './schema-of.ts'
import type { Outside } from './substitute.ts'

export interface FramedDocuments {
  readonly configurations: readonly Framed[]
  /** Those of `*.test.yaml`. */
  readonly tests: readonly Framed[]
}

/** Lays every document beside its schema; `outside` is what `${…}` in one of its files reads. Connectors are looked at first: what a call takes is known by its connector's type. */
export function frameDocuments(
  { documents }: Documents,
  catalogue: Catalogue,
  outside: (file: SourceFile) => Outside,
): Staged<FramedDocuments> {
  const findings: Finding[] = []
  const context: FrameContext = {
    catalogue,
    outside: place => outside(place.file),
    connectorTypes: new Map(documents.flatMap(({ root }) => connectorTypes(root, catalogue.types('connector')))),
    report: finding => findings.push(finding),
  }
  const framed = (document: Document, schema: string): Framed => {
    const { file, root } = document
    const place: Place = { file, pointer: '', key: root.start, start: root.start }
    return frame(root, catalogue.document(schema), documentMode, place, context)
  }
  const [tests, others] = [documents.filter(isTest), documents.filter(document => !isTest(document))]
  const configurations = others.map(document => framed(document, 'sluice:/config.json'))
  return { value: { configurations, tests: tests.map(document => framed(document, 'sluice:/test.json')) }, findings }
}

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
