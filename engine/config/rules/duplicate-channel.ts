import type { Finding } from '../../core/finding.ts'
import { errorAt } from '../finding-at.ts'
import { whereKey } from '../framed.ts'
import { routeOf } from '../holdings.ts'
import { channelId } from '../living.ts'
import { channelsOf, type Project } from '../project.ts'

/** Two channels of one pipeline that nothing tells apart: over a reload nobody could say which is which. */
export function duplicateChannel(project: Project): readonly Finding[] {
  const channels = channelsOf(project).filter(({ channel }) => project.configs.has(channel))
  const same = Map.groupBy(channels, ({ pipeline, channel }) => channelId(pipeline, channel, project))
  return [...same.values()].flatMap(([first, ...others]) =>
    others
      // a route that is served twice is a fault of its own, unless its type lets channels share it
      .filter(({ channel }) => routeOf(channel, project) === undefined)
      .map(({ channel }) =>
        errorAt(whereKey(channel), 'duplicate-channel', `a second channel ${channel.type} of this pipeline cannot be told from the first`, {
          hint: 'give one of them a name: write name: nightly beside its type',
          related: first === undefined ? [] : [{ where: whereKey(first.channel), text: 'the first one' }],
        }),
      ),
  )
}
