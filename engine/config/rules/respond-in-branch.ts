import type { Finding } from '../../core/finding.ts'
import { errorAt } from '../finding-at.ts'
import { entryOf, type Framed, type FramedComponent, whereKey } from '../framed.ts'
import type { Project } from '../project.ts'
import { blocksIn } from '../step-ids.ts'

/** Verbs whose blocks run several times, or several at once: there is no one reply to give. */
const branching: readonly string[] = ['each', 'parallel']

export const respondInBranch = ({ declarations, memory }: Project): readonly Finding[] =>
  [...declarations.pipelines.values()].flatMap(pipeline => memory.of(branchesIn, pipeline))

const branchesIn = (pipeline: Framed): readonly Finding[] =>
  blocksIn(pipeline).flatMap(block => block.items.flatMap(item => within(item, undefined)))

function within(item: Framed, branch: string | undefined): readonly Finding[] {
  if (item.kind !== 'component') return []
  const own = branch !== undefined && entryOf(item.config, 'respond') !== undefined ? [respond(item, branch)] : []
  const inner = branching.includes(item.type) ? item.type : branch
  const blocks = blocksIn(item.config).flatMap(block => block.items.flatMap(step => within(step, inner)))
  const guards = blocksIn(item.modifiers).flatMap(block => block.items.flatMap(step => within(step, branch)))
  return [...own, ...blocks, ...guards]
}

const respond = (step: FramedComponent, branch: string): Finding =>
  errorAt(whereKey(step), 'respond-in-branch', `a reply cannot be given inside "${branch}"`, {
    hint: `write respond after the ${branch}, or fail inside it`,
  })
