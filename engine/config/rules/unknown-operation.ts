import type { Finding } from '../../core/finding.ts'
import { errorAt } from '../finding-at.ts'
import { type FramedScalar, whereOf } from '../framed.ts'
import { nearest, suggestion } from '../near.ts'
import type { Project } from '../project.ts'
import { referencesIn } from '../references.ts'

/** `call: connector.operation` where one of the two is not there. */
export function unknownOperation(project: Project): readonly Finding[] {
  const pipelines = [...project.declarations.pipelines.values()]
  const references = pipelines.flatMap(referencesIn)
  return references
    .filter(({ to, name }) => to === 'operation' && name.includes('.'))
    .flatMap(({ name, scalar }) => faultOf(name, scalar, project))
}

function faultOf(name: string, scalar: FramedScalar, { declarations, catalogue, incomplete }: Project): readonly Finding[] {
  const [connector = '', operation = ''] = name.split('.')
  const declared = declarations.connectors.get(connector)
  if (declared === undefined) {
    const hint = suggestion(connector, declarations.connectors.keys()) ?? `declare it: connectors: { ${connector}: … }`
    return incomplete ? [] : [errorAt(whereOf(scalar), 'unknown-connector', `there is no connector "${connector}"`, { hint })]
  }
  if (declared.kind !== 'component') return []
  const operations = Object.keys(catalogue.operations(declared.type))
  if (operations.includes(operation)) return []
  const near = nearest(operation, operations)
  const list = `${connector} has ${operations.join(', ')}`
  const hint = near === undefined ? list : `did you mean "${near}"? ${list}`
  return [errorAt(whereOf(scalar), 'unknown-operation', `connector "${connector}" has no operation "${operation}"`, { hint })]
}
