import type { Finding, Where } from '../../core/finding.ts'
import { knownFunctions, refusedFunctions } from '../../expression/functions/table.ts'
import { errorAt } from '../finding-at.ts'
import { componentsIn, entryOf, type Framed, textOf, whereKey, whereOf } from '../framed.ts'
import type { Project } from '../project.ts'
import { always, ofBlocks } from '../scope.ts'

/** Names that the language or JSONata itself has given to something cannot be bound by `as` or `set`. */
export function reservedName(project: Project): readonly Finding[] {
  const reserved = new Set([...always, ...ofBlocks, ...knownFunctions.keys(), ...refusedFunctions.keys()])
  const none = project.declarations.security.get('none')
  const nobody = none === undefined ? [] : [{ name: 'none', where: whereKey(none) }]
  const bound = [...project.declarations.pipelines.values()]
    .flatMap(pipeline => project.memory.of(allBoundIn, pipeline))
    .filter(({ name }) => reserved.has(name))
  return [...nobody, ...bound].map(({ name, where }) =>
    errorAt(where, 'reserved-name', `"${name}" is a name of the language itself`, { hint: `take another, such as ${name}Value` }),
  )
}

interface Bound {
  readonly name: string
  readonly where: Where
}

const allBoundIn = (pipeline: Framed): readonly Bound[] =>
  componentsIn(pipeline).flatMap(({ config, modifiers }) => [...boundIn(config), ...boundIn(modifiers)])

function boundIn(framed: Framed): readonly Bound[] {
  if (framed.kind !== 'map') return []
  const [as, set] = [
    entryOf(framed, 'as'),
    [...framed.entries.values()].find(entry => entry.kind === 'map' && entry.schema['x-name'] === 'binding'),
  ]
  const name = as?.schema['x-name'] === 'binding' ? textOf(as) : undefined
  const one = as === undefined || name === undefined ? [] : [{ name, where: whereOf(as) }]
  return set?.kind === 'map' ? [...one, ...[...set.entries].map(([key, value]) => ({ name: key, where: whereKey(value) }))] : one
}
