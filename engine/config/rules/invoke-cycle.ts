import type { Finding } from '../../core/finding.ts'
import { warningAt } from '../finding-at.ts'
import { type Framed, type FramedScalar, whereOf } from '../framed.ts'
import type { Project } from '../project.ts'
import { referencesIn } from '../references.ts'
import { blocksIn } from '../step-ids.ts'

type Calls = ReadonlyMap<string, ReadonlyMap<string, FramedScalar>>

/** Pipelines that invoke each other without a condition on the way: no message comes out of the ring. Each ring is told once. */
export function invokeCycle({ declarations, memory }: Project): readonly Finding[] {
  const calls: Calls = new Map([...declarations.pipelines].map(([name, pipeline]) => [name, memory.of(invoked, pipeline)]))
  const settled = new Set<string>()
  const findings: Finding[] = []
  const visit = (name: string, path: readonly string[]): void => {
    const again = path.indexOf(name)
    if (again >= 0) findings.push(...ring(path.slice(again), calls))
    if (again >= 0 || settled.has(name)) return
    for (const next of calls.get(name)?.keys() ?? []) visit(next, [...path, name])
    settled.add(name)
  }
  for (const name of calls.keys()) visit(name, [])
  return findings
}

function ring(names: readonly string[], calls: Calls): readonly Finding[] {
  const [first = '', second = first] = names
  const scalar = calls.get(first)?.get(second)
  const round = [...names, first].map(name => `"${name}"`).join(' -> ')
  const message =
    names.length === 1 ? `the pipeline "${first}" invokes itself without end` : `the pipelines ${round} invoke each other without end`
  return scalar === undefined ? [] : [warningAt(whereOf(scalar), 'invoke-cycle', message, { hint: 'give one of the invoke steps a when' })]
}

/** What a pipeline always invokes. */
function invoked(pipeline: Framed): ReadonlyMap<string, FramedScalar> {
  const calls = new Map<string, FramedScalar>()
  const steps = pipeline.kind === 'map' ? pipeline.entries.get('steps') : undefined
  const walk = (item: Framed): void => {
    if (item.kind !== 'component' || item.modifiers.entries.has('when') || item.type === 'choose') return
    const { config } = item
    if (config.kind !== 'map') return
    for (const [key, value] of config.entries)
      if (key === item.type) for (const { to, name, scalar } of referencesIn(value)) if (to === 'pipeline') calls.set(name, scalar)
    for (const block of blocksIn(config)) for (const step of block.items) walk(step)
  }
  if (steps?.kind === 'list') for (const item of steps.items) walk(item)
  return calls
}
