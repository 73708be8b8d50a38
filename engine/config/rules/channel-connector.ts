import type { Beside } from '../../core/component.ts'
import type { Finding } from '../../core/finding.ts'
import { narrow } from '../../core/narrow.ts'
import { findingOf } from '../check-components.ts'
import { errorAt } from '../finding-at.ts'
import { entryOf, type FramedComponent, whereKey, whereOf } from '../framed.ts'
import { channelsOf, type DeclaredChannel, type Project } from '../project.ts'
import { referencesIn } from '../references.ts'

/** A channel that names a connector must find one that it can use, and what the two say must go together. */
export const channelConnector = (project: Project): readonly Finding[] =>
  channelsOf(project).flatMap(declared => faultsOf(declared, project))

function faultsOf({ pipeline, channel }: DeclaredChannel, project: Project): readonly Finding[] {
  const definition = narrow(project.definition('channel', channel.type), 'consuming')
  const named = referencesIn(channel.config).find(({ to }) => to === 'connector')
  const declared = project.declarations.connectors.get(named?.name ?? '')
  if (definition?.connector === undefined || named === undefined || declared?.kind !== 'component') return []
  if (declared.type !== definition.connector) {
    const fit = [...project.declarations.connectors].filter(([, one]) => one.kind === 'component' && one.type === definition.connector)
    return [
      errorAt(
        whereOf(named.scalar),
        'wrong-connector',
        `channel ${channel.type} cannot use the connector "${named.name}", which is of type ${declared.type}`,
        {
          hint:
            fit.length === 0
              ? `declare a connector of type ${definition.connector}, and name that`
              : `one of ${fit.map(([name]) => name).join(', ')}`,
          related: [{ where: whereKey(declared), text: 'declared here' }],
        },
      ),
    ]
  }
  const { configs } = project
  if (!configs.has(channel) || !configs.has(declared)) return []
  const beside = { connector: configs.get(declared), ...saidOf(channel, pipeline, project) }
  return (definition.checkBeside?.(configs.get(channel), beside) ?? []).map(fault => findingOf(fault, channel.config))
}

function saidOf({ modifiers }: FramedComponent, pipeline: string, { declarations }: Project): Omit<Beside, 'connector'> {
  const order = entryOf(modifiers, 'order') ?? entryOf(declarations.pipelines.get(pipeline), 'order')
  const concurrency = entryOf(modifiers, 'concurrency')
  return {
    ordered: order !== undefined && !(order.kind === 'scalar' && order.value === 'none'),
    concurrency: concurrency?.kind === 'scalar' && typeof concurrency.value === 'number' ? concurrency.value : undefined,
  }
}
