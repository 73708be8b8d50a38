import type { Finding } from '../../core/finding.ts'
import { findingOf } from '../check-components.ts'
import { errorAt } from '../finding-at.ts'
import { entryOf, type FramedComponent, whereKey } from '../framed.ts'
import { askingRouteOf, routeOf, servedBy } from '../holdings.ts'
import { plainValue } from '../plain-value.ts'
import { channelsOf, type Project } from '../project.ts'

interface Held {
  readonly channel: FramedComponent
  readonly listener: string
  readonly method: string
  readonly path: string
}

/** Several channels on one route: `duplicate-route`, or where their type lets them share it, `route-security` and what the type itself finds. */
export function sharedRoute(project: Project): readonly Finding[] {
  const held = channelsOf(project).flatMap(({ channel }) => holdings(channel, project))
  // the names of parameters tell no two routes apart
  const routes = Map.groupBy(held, ({ listener, method, path }) => `${listener} ${method} ${path.replace(/\{[^}]*\}/g, '{}')}`)
  return [...routes.values()].flatMap(together => faultsOf(together, project))
}

function holdings(channel: FramedComponent, project: Project): readonly Held[] {
  const routes = [routeOf(channel, project), askingRouteOf(channel, project)].filter(route => route !== undefined)
  return routes.flatMap(({ methods, listener, path }) => methods.map(method => ({ channel, method, listener, path })))
}

function faultsOf(together: readonly Held[], project: Project): readonly Finding[] {
  const [first, ...others] = together
  if (first === undefined || others.length === 0) return []
  const check = servedBy(first.channel, project)?.checkTogether
  const strangers = others.filter(({ channel }) => channel.type !== first.channel.type || check === undefined)
  const family = together.filter(one => !strangers.includes(one))
  const faults = check?.(family.map(({ channel }) => project.configs.get(channel))) ?? []
  const own = faults.flatMap(fault => {
    const blamed = family[fault.at]
    if (blamed === undefined) return []
    // they do have one path: a fault in that can only mean that their type does not let them
    return [fault.pointer === '/path' ? twice(first, blamed) : findingOf(fault, blamed.channel.config)]
  })
  return [...strangers.map(stranger => twice(first, stranger)), ...own, ...unlike(first, family)]
}

const twice = (first: Held, { channel, method, path }: Held): Finding =>
  errorAt(whereKey(channel), 'duplicate-route', `${method} ${path} is served twice`, {
    hint: 'give one of the channels another path or method',
    related: [{ where: whereKey(first.channel), text: 'served here first' }],
  })

/** Who may call is decided by the route, before anything is known of what is asked for. */
function unlike(first: Held, family: readonly Held[]): readonly Finding[] {
  const wanted = securityOf(first.channel)
  return family
    .filter(({ channel }) => securityOf(channel) !== wanted && securityOf(channel) !== undefined)
    .map(({ channel, path }) =>
      errorAt(whereKey(channel), 'route-security', `the channels on ${path} differ in their "security"`, {
        hint: 'write the same for all of them, or give this one another path',
        related: [{ where: whereKey(first.channel), text: 'the first one on this path' }],
      }),
    )
}

function securityOf(channel: FramedComponent): string | undefined {
  const said = entryOf(channel.modifiers, 'security')
  return said === undefined ? undefined : JSON.stringify(plainValue(said))
}
