import type { Finding } from '../../core/finding.ts'
import { errorAt } from '../finding-at.ts'
import { entryOf, whereKey } from '../framed.ts'
import { servedBy } from '../holdings.ts'
import { channelsOf, type Project } from '../project.ts'

/** `async` on a channel whose protocol has no way to answer before the pipeline has run. */
export const asyncChannel = (project: Project): readonly Finding[] =>
  channelsOf(project).flatMap(({ channel }) => {
    const async = entryOf(channel.modifiers, 'async')
    const isAsync = async?.kind === 'scalar' && async.value === true
    if (async === undefined || !isAsync || project.definition('channel', channel.type) === undefined) return []
    if (servedBy(channel, project)?.deferral !== undefined) return []
    return [
      errorAt(whereKey(async), 'async-channel', `a channel of type ${channel.type} cannot be async`, {
        hint: 'take it away, and let a step of the pipeline invoke another one with async: true',
      }),
    ]
  })
