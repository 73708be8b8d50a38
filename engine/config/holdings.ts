import type { Route, ServedChannel } from '../core/component.ts'
import { narrow } from '../core/narrow.ts'
import { entryOf, type FramedComponent } from './framed.ts'
import type { Project } from './project.ts'

/** Where a served channel is called; undefined for others, and where its configuration is wrong. */
export function routeOf(channel: FramedComponent, project: Pick<Project, 'definition' | 'configs'>): Route | undefined {
  const served = servedBy(channel, project)
  return served !== undefined && project.configs.has(channel) ? served.route(project.configs.get(channel)) : undefined
}

/** Where callers of an `async` channel ask what became of their messages. */
export function askingRouteOf(channel: FramedComponent, project: Pick<Project, 'definition' | 'configs'>): Route | undefined {
  const async = entryOf(channel.modifiers, 'async')
  if (async?.kind !== 'scalar' || async.value !== true || !project.configs.has(channel)) return undefined
  return servedBy(channel, project)?.deferral?.route(project.configs.get(channel))
}

/** The definition of a channel that is called. */
export const servedBy = (channel: FramedComponent, project: Pick<Project, 'definition'>): ServedChannel<unknown> | undefined =>
  narrow(project.definition(channel.component, channel.type), 'served')

/** What only one component may hold. */
export function claimsOf(component: FramedComponent, project: Pick<Project, 'definition' | 'configs'>): readonly string[] {
  if (!project.configs.has(component)) return []
  const definition = project.definition(component.component, component.type)
  const claiming = narrow(definition, 'connector') ?? narrow(definition, 'consuming')
  return claiming?.claims?.(project.configs.get(component)) ?? []
}
