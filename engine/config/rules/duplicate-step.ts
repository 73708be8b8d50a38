import type { Finding } from '../../core/finding.ts'
import { errorAt } from '../finding-at.ts'
import { componentsIn, entryOf, type Framed, textOf, whereOf } from '../framed.ts'
import type { Project } from '../project.ts'

/** Two steps of one pipeline with one `name`: logs and errors could not say which of them is meant. */
export const duplicateStep = ({ declarations, memory }: Project): readonly Finding[] =>
  [...declarations.pipelines.values()].flatMap(pipeline => memory.of(duplicatesIn, pipeline))

function duplicatesIn(pipeline: Framed): readonly Finding[] {
  const steps = componentsIn(pipeline).filter(({ component }) => component === 'step')
  const names = steps.map(({ modifiers }) => entryOf(modifiers, 'name')).filter(name => name !== undefined)
  return [...Map.groupBy(names, textOf)].flatMap(([name, [first, ...others]]) =>
    name === undefined || first === undefined ? [] : others.map(second => twice(name, first, second)),
  )
}

function twice(name: string, first: Framed, second: Framed): Finding {
  const { line, column } = whereOf(first)
  return errorAt(whereOf(second), 'duplicate-name', `two steps of this pipeline are called "${name}"`, {
    hint: `give one of them another name: the first is at ${line}:${column}`,
    related: [{ where: whereOf(first), text: 'the first one' }],
  })
}
