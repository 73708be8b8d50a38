import type { Finding } from '../../core/finding.ts'
import { mayLose, mustNotRepeat } from '../../core/guarantee.ts'
import { errorAt } from '../finding-at.ts'
import { entryOf, type Framed, textOf, whereKey } from '../framed.ts'
import { channelsOf, type Project } from '../project.ts'
import { propertyOf } from '../schema-of.ts'
import { effectively } from './effectively-once.ts'

/** What a pipeline promises of its messages must be what its channels and its steps can give. */
export const guarantee = (project: Project): readonly Finding[] => [
  ...losing(project),
  ...[...project.declarations.pipelines].flatMap(([name, pipeline]) => {
    const promised = promiseOf(pipeline)
    if (mustNotRepeat(promised)) return effectively(name, pipeline, project)
    return mayLose(promised) ? idle(pipeline) : []
  }),
]

const promiseOf = (pipeline: Framed | undefined): string =>
  textOf(entryOf(pipeline, 'guarantee')) ?? String(propertyOf(pipeline?.schema ?? {}, 'guarantee')?.['default'])

/** A channel that is acknowledged on receive, whatever comes after. */
function losing(project: Project): readonly Finding[] {
  return channelsOf(project).flatMap(({ pipeline, channel }) => {
    const definition = project.definition('channel', channel.type)
    if (definition?.kind !== 'consuming' || !mayLose(definition.guarantees)) return []
    const promised = promiseOf(project.declarations.pipelines.get(pipeline))
    if (mayLose(promised)) return []
    return [
      errorAt(
        whereKey(channel),
        'impossible-guarantee',
        `channel ${channel.type} can lose a message, and the pipeline promises ${promised}`,
        {
          hint: 'write guarantee: at-most-once beside steps, or take another channel',
        },
      ),
    ]
  })
}

/** What is written for messages that fail, where nobody has them any more. */
function idle(pipeline: Framed): readonly Finding[] {
  return ['redelivery', 'deadLetter'].flatMap(name => {
    const said = entryOf(pipeline, name)
    if (said === undefined || said.place.inherited === true) return []
    return [
      errorAt(whereKey(said), 'impossible-guarantee', `${name} has no effect: a message is acknowledged before it is run`, {
        hint: `take ${name} away, or guarantee: at-most-once`,
      }),
    ]
  })
}
