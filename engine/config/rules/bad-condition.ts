import type { Finding } from '../../core/finding.ts'
import { warningAt } from '../finding-at.ts'
import { componentsIn, type Framed, whereOf } from '../framed.ts'
import type { Project } from '../project.ts'
import { part } from '../schema-of.ts'

/** Keys of the language that hold a condition. */
const conditions = ['when', 'while']

/** A condition that is the same for every message; most often the `${{ }}` around it is missing. */
export function badCondition(project: Project): readonly Finding[] {
  const { declarations, memory } = project
  return [...declarations.pipelines.values()]
    .flatMap(pipeline => memory.of(allConditionsIn, pipeline))
    .flatMap(condition => faultOf(condition, project))
}

function allConditionsIn(pipeline: Framed): readonly Framed[] {
  const inSteps = componentsIn(pipeline).flatMap(({ config, modifiers }) => [...conditionsIn(config), ...conditionsIn(modifiers)])
  return [...conditionsIn(pipeline), ...inSteps]
}

function faultOf(condition: Framed, { templates }: Project): readonly Finding[] {
  if (condition.kind !== 'scalar' || condition.faulty) return condition.kind === 'scalar' ? [] : [constant(condition)]
  if (condition.template === undefined) {
    if (typeof condition.value !== 'string') return [constant(condition)]
    const text = condition.substituted ? 'the expression' : condition.value.trim()
    return [
      warningAt(whereOf(condition), 'bad-condition', 'this condition is a text, and a text is neither true nor false', {
        hint: `write \${{ ${text} }}`,
      }),
    ]
  }
  const template = templates.get(condition)
  if (template === undefined) return []
  if (template.whole === undefined) return [constant(condition)]
  return template.whole.kind === 'constant' ? [constant(condition)] : []
}

const hint = 'take it away, or ask for something that differs'
const constant = (condition: Framed): Finding =>
  warningAt(whereOf(condition), 'bad-condition', 'this condition is the same for every message', { hint })

/** Those of a tree, but not of the components in it. Only a key that a schema describes is one: in an author's own tree it is his. */
function conditionsIn(framed: Framed): readonly Framed[] {
  if (framed.kind === 'list') return framed.items.flatMap(conditionsIn)
  if (framed.kind !== 'map') return []
  const described = part(framed.schema, 'properties') ?? {}
  return [...framed.entries].flatMap(([key, value]) =>
    conditions.includes(key) && Object.hasOwn(described, key) && value.schema['x-expression'] === true ? [value] : conditionsIn(value),
  )
}
