import type { Finding } from '../../core/finding.ts'
import { errorAt } from '../finding-at.ts'
import type { FramedComponent } from '../framed.ts'
import { whereKey } from '../framed.ts'
import { routeOf, servedBy } from '../holdings.ts'
import { channelId } from '../living.ts'
import { channelsOf, type Project } from '../project.ts'

/** Two channels of one pipeline that nothing tells apart: over a reload nobody could say which is which. */
export function duplicateChannel(project: Project): readonly Finding[] {
  const channels = channelsOf(project).filter(({ channel }) => project.configs.has(channel))
  const same = Map.groupBy(channels, ({ pipeline, channel }) => channelId(pipeline, channel, project))
  return [...same.values()].flatMap(([first, ...others]) =>
    others
      .filter(({ channel }) => first !== undefined && mayShare(first.channel, channel, project))
      .map(({ channel }) =>
        errorAt(whereKey(channel), 'duplicate-channel', `a second channel ${channel.type} of this pipeline cannot be told from the first`, {
          hint: 'give one of them a name: write name: nightly beside its type',
          related: first === undefined ? [] : [{ where: whereKey(first.channel), text: 'the first one' }],
        }),
      ),
  )
}

/** A route that is served twice is a fault of its own, unless its type lets the two share it. */
function mayShare(first: FramedComponent, second: FramedComponent, project: Project): boolean {
  if (routeOf(second, project) === undefined) return true
  const together = servedBy(first, project)?.checkTogether
  return together !== undefined && together([project.configs.get(first), project.configs.get(second)]).length === 0
}
