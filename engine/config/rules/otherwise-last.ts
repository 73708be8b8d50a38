import type { Finding } from '../../core/finding.ts'
import { errorAt } from '../finding-at.ts'
import { componentsIn, entryOf, type Framed, whereKey } from '../framed.ts'
import type { Project } from '../project.ts'

/** `otherwise` is what is left when no condition holds: it stands last, and without a condition. */
export const otherwiseLast = ({ declarations, memory }: Project): readonly Finding[] =>
  [...declarations.pipelines.values()].flatMap(pipeline => memory.of(misplacedIn, pipeline))

function misplacedIn(pipeline: Framed): readonly Finding[] {
  return componentsIn(pipeline).flatMap(({ config }) => {
    const branches = entryOf(config, 'choose')
    if (branches?.kind !== 'list') return []
    return branches.items.flatMap((branch, at): readonly Finding[] => {
      const otherwise = entryOf(branch, 'otherwise')
      if (otherwise === undefined) return []
      if (at < branches.items.length - 1)
        return [
          errorAt(whereKey(otherwise), 'otherwise-last', 'what stands behind "otherwise" is never asked', {
            hint: 'write it as the last branch',
          }),
        ]
      if (entryOf(branch, 'when') === undefined || entryOf(branch, 'steps') !== undefined) return []
      return [
        errorAt(whereKey(otherwise), 'otherwise-last', '"otherwise" has no condition', {
          hint: 'write steps: in place of otherwise:, or take the when away',
        }),
      ]
    })
  })
}
