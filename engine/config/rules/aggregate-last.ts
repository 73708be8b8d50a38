import type { Finding } from '../../core/finding.ts'
import { errorAt } from '../finding-at.ts'
import { componentsIn, entryOf, type Framed, type FramedComponent, whereKey } from '../framed.ts'
import { servedBy } from '../holdings.ts'
import { channelsOf, type Project } from '../project.ts'

/** `aggregate` ends the way of a message, which goes on with others: it is the last step, and nobody waits for what comes of it. */
export const aggregateLast = (project: Project): readonly Finding[] =>
  [...project.declarations.pipelines].flatMap(([name, pipeline]) => {
    const gathering = componentsIn(pipeline).filter(isGathering)
    const list = entryOf(pipeline, 'steps')
    const last = list?.kind === 'list' ? list.items.at(-1) : undefined
    return [...gathering.filter(step => step !== last).map(misplaced), ...(gathering.length === 0 ? [] : waiting(name, project))]
  })

const isGathering = ({ component, config }: FramedComponent): boolean => component === 'step' && entryOf(config, 'aggregate') !== undefined

const misplaced = (step: FramedComponent): Finding =>
  errorAt(whereKey(step), 'aggregate-last', 'aggregate is not the last step of its pipeline', {
    hint: 'put what comes after it into its own steps, or into another pipeline that these invoke',
  })

const waiting = (name: string, project: Project): readonly Finding[] =>
  channelsOf(project)
    .filter(
      ({ pipeline, channel }) =>
        pipeline === name && servedBy(channel, project) !== undefined && !isTrue(entryOf(channel.modifiers, 'async')),
    )
    .map(({ channel }) =>
      errorAt(whereKey(channel), 'aggregate-last', `callers of this channel wait for a reply, and ${name} gathers messages for later`, {
        hint: 'write async: true beside it, or let another pipeline invoke this one with async: true',
      }),
    )

const isTrue = (framed: Framed | undefined): boolean => framed?.kind === 'scalar' && framed.value === true
