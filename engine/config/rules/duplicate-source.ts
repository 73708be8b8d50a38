import type { Finding } from '../../core/finding.ts'
import { narrow } from '../../core/narrow.ts'
import { errorAt } from '../finding-at.ts'
import { whereKey } from '../framed.ts'
import { channelsOf, type Project } from '../project.ts'

/** Two channels that take the same messages: which of them has one is chance. */
export function duplicateSource(project: Project): readonly Finding[] {
  const taken = channelsOf(project).flatMap(({ pipeline, channel }) => {
    const takes = narrow(project.definition('channel', channel.type), 'consuming')?.takes
    if (takes === undefined || !project.configs.has(channel)) return []
    // A list may say one thing twice.
    return [...new Set(takes(project.configs.get(channel)))].map(what => ({ what, pipeline, channel }))
  })
  return [...Map.groupBy(taken, ({ what }) => what).values()].flatMap(([first, ...others]) =>
    others.flatMap(({ what, pipeline, channel }) => {
      if (first === undefined) return []
      const by = first.pipeline === pipeline ? 'another channel of this pipeline' : `a channel of the pipeline "${first.pipeline}"`
      return [
        errorAt(
          whereKey(channel),
          'duplicate-source',
          `${what} are taken by ${by} already: each message would go to one of them, by chance`,
          {
            hint: 'take one of them away; where both pipelines are to have each message, let one invoke the other',
            related: [{ where: whereKey(first.channel), text: 'taken here first' }],
          },
        ),
      ]
    }),
  )
}
