import type { Finding } from '../../core/finding.ts'
import { errorAt } from '../finding-at.ts'
import { type Framed, whereOf } from '../framed.ts'
import { suggestion } from '../near.ts'
import type { Project } from '../project.ts'
import { referencesIn } from '../references.ts'

/** A name that nothing is declared under: `unknown-connector`, `unknown-pipeline`, `unknown-security`, `unknown-listener`, `unknown-plugin`. */
export function unknownReference(project: Project): readonly Finding[] {
  const { declarations, tests, listeners, catalogue, incomplete, memory } = project
  const known: Readonly<Record<string, Iterable<string>>> = {
    connector: declarations.connectors.keys(),
    pipeline: declarations.pipelines.keys(),
    security: declarations.security.keys(),
    listener: listeners.keys(),
    plugin: catalogue.types('transform'),
  }
  const names = new Map(Object.entries(known).map(([kind, all]) => [kind, new Set(all)]))
  return everything(project, tests).flatMap(framed =>
    memory.of(referencesIn, framed).flatMap(({ to, name, scalar }) => {
      const declared = names.get(to)
      if (declared === undefined || declared.has(name) || (incomplete && to !== 'plugin')) return []
      const hint = suggestion(name, declared) ?? `declare it, or take it away: there is no ${to} at all`
      return [errorAt(whereOf(scalar), `unknown-${to}`, `there is no ${to} "${name}"`, { hint })]
    }),
  )
}

const everything = ({ declarations }: Project, tests: readonly Framed[]): readonly Framed[] => [
  ...declarations.security.values(),
  ...declarations.connectors.values(),
  ...declarations.pipelines.values(),
  ...tests,
]
