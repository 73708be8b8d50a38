import type { Finding, Staged, Where } from '../core/finding.ts'
import { errorAt } from './finding-at.ts'
import { entryOf, type Framed, whereKey } from './framed.ts'

/** What the whole folder declares, by name. */
export interface Declarations {
  readonly connectors: Named
  readonly security: Named
  readonly schemas: Named
  readonly listeners: Named
  readonly pipelines: Named
}
export type Named = ReadonlyMap<string, Framed>

const kinds = ['connectors', 'security', 'schemas', 'listeners', 'pipelines'] as const

/** Brings the documents of a folder together. A name is declared once per kind in the whole folder. */
export function declare(documents: readonly Framed[]): Staged<Declarations> {
  const findings: Finding[] = []
  const gather = (kind: (typeof kinds)[number]): Named => {
    const named = new Map<string, Framed>()
    for (const document of documents) {
      const declared = entryOf(document, kind)
      if (declared?.kind !== 'map') continue
      for (const [name, value] of declared.entries) {
        const first = named.get(name)
        if (first === undefined) named.set(name, value)
        else findings.push(twice(name, kind, whereKey(first), whereKey(value)))
      }
    }
    return named
  }
  const value = {
    connectors: gather('connectors'),
    security: gather('security'),
    schemas: gather('schemas'),
    listeners: gather('listeners'),
    pipelines: gather('pipelines'),
  }
  return { value, findings }
}

/** A name that one folder declares a second time. */
export function twice(name: string, kind: string, first: Where, second: Where): Finding {
  const { file, line, column } = first
  return errorAt(second, 'duplicate-name', `"${name}" is declared twice under "${kind}"`, {
    hint: `give one of them another name: the first is at ${file}:${line}:${column}`,
    related: [{ where: first, text: 'declared here first' }],
  })
}
