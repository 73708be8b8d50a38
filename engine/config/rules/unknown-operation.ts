import type { Finding, Where } from '../../core/finding.ts'
import { errorAt } from '../finding-at.ts'
import { entryOf, type Framed, whereKey, whereOf } from '../framed.ts'
import { nearest, suggestion } from '../near.ts'
import type { Project } from '../project.ts'
import { referencesIn } from '../references.ts'

interface Named {
  readonly name: string
  readonly where: Where
}

/** `connector.operation`, called by a step or named by a test, where one of the two is not there. */
export function unknownOperation(project: Project): readonly Finding[] {
  const references = [...project.declarations.pipelines.values()]
    .flatMap(pipeline => project.memory.of(referencesIn, pipeline))
    .filter(({ to }) => to === 'operation')
  const called = references.map(({ name, scalar }): Named => ({ name, where: whereOf(scalar) }))
  return [...called, ...project.tests.flatMap(namedByTests)]
    .filter(({ name }) => name.includes('.'))
    .flatMap(named => faultOf(named, project))
}

function faultOf({ name, where }: Named, { declarations, catalogue, incomplete }: Project): readonly Finding[] {
  const [connector = '', operation = ''] = name.split('.')
  const declared = declarations.connectors.get(connector)
  if (declared === undefined) {
    const hint = suggestion(connector, declarations.connectors.keys()) ?? `declare it: connectors: { ${connector}: … }`
    return incomplete ? [] : [errorAt(where, 'unknown-connector', `there is no connector "${connector}"`, { hint })]
  }
  if (declared.kind !== 'component') return []
  const operations = Object.keys(catalogue.operations(declared.type))
  if (operations.includes(operation)) return []
  const near = nearest(operation, operations)
  const list = `${connector} has ${operations.join(', ')}`
  const hint = near === undefined ? list : `did you mean "${near}"? ${list}`
  return [errorAt(where, 'unknown-operation', `connector "${connector}" has no operation "${operation}"`, { hint })]
}

/** The operations that the tests of a document mock, and whose calls they expect. */
function namedByTests(document: Framed): readonly Named[] {
  const expected = itemsOf(entryOf(document, 'tests')).flatMap(test => [
    entryOf(test, 'mock'),
    ...itemsOf(entryOf(test, 'expect')).map(one => entryOf(one, 'calls')),
  ])
  return expected.flatMap(map => (map?.kind === 'map' ? [...map.entries].map(([name, value]) => ({ name, where: whereKey(value) })) : []))
}

const itemsOf = (list: Framed | undefined): readonly Framed[] => (list?.kind === 'list' ? list.items : [])
