import type { ConnectorDefinition, ConsumingChannel, Route, ServedChannel } from '../core/component.ts'
import type { FramedComponent } from './framed.ts'
import type { Project } from './project.ts'

/** Where a served channel is called; undefined for others, and where its configuration is wrong. */
export function routeOf(channel: FramedComponent, project: Pick<Project, 'definition' | 'configs'>): Route | undefined {
  const served = servedBy(channel, project)
  return served !== undefined && project.configs.has(channel) ? served.route(project.configs.get(channel)) : undefined
}

/** The definition of a channel that is called. */
export function servedBy(channel: FramedComponent, project: Pick<Project, 'definition'>): ServedChannel<unknown> | undefined {
  const definition = project.definition(channel.component, channel.type)
  // a definition takes what its own schema admits, and that is what its configuration was checked against
  return definition?.kind === 'served' ? (definition as unknown as ServedChannel<unknown>) : undefined
}

/** What only one component may hold. */
export function claimsOf(component: FramedComponent, project: Pick<Project, 'definition' | 'configs'>): readonly string[] {
  const definition = project.definition(component.component, component.type)
  if (definition === undefined || !('claims' in definition) || !project.configs.has(component)) return []
  // as above
  const claiming = definition as unknown as ConnectorDefinition<unknown, unknown, unknown> | ConsumingChannel<unknown, unknown>
  return claiming.claims?.(project.configs.get(component)) ?? []
}
