import type { Finding } from '../../core/finding.ts'
import { warningAt } from '../finding-at.ts'
import { componentsIn, type Framed, type FramedComponent, type FramedList, whereKey } from '../framed.ts'
import type { Project } from '../project.ts'
import { blocksIn } from '../step-ids.ts'

/** Verbs that end the block they stand in. */
const ending: readonly string[] = ['respond', 'fail']

/** Steps behind one that always ends the pipeline. */
export const unreachableStep = ({ declarations, memory }: Project): readonly Finding[] =>
  [...declarations.pipelines.values()].flatMap(pipeline => memory.of(unreachableIn, pipeline))

function unreachableIn(pipeline: Framed): readonly Finding[] {
  const inside = componentsIn(pipeline).flatMap(({ config, modifiers }) => [...blocksIn(config), ...blocksIn(modifiers)])
  return [...blocksIn(pipeline), ...inside].flatMap(behindEnd)
}

function behindEnd({ items }: FramedList): readonly Finding[] {
  const at = items.findIndex(ends)
  const [end, next] = [items[at], items[at + 1]]
  if (end?.kind !== 'component' || next === undefined) return []
  const related = [{ where: whereKey(end), text: `"${end.type}" ends it here` }]
  return [
    warningAt(whereKey(next), 'unreachable-step', `no message comes here: "${end.type}" before it always ends the pipeline`, {
      hint: 'give that a when, or take this away',
      related,
    }),
  ]
}

const ends = (item: Framed): boolean => item.kind === 'component' && ending.includes(item.type) && !isConditional(item)
const isConditional = ({ modifiers }: FramedComponent): boolean => modifiers.entries.has('when') || modifiers.entries.has('catch')
