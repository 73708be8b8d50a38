import type { Finding, Staged } from '../../core/finding.ts'
import { mapInSlices, type Slices } from '../../core/slices.ts'
import { type Type, unknown } from '../../expression/typing/type.ts'
import { routeOf } from '../holdings.ts'
import { channelsOf, type Project } from '../project.ts'
import { type Around, type StepTypes, typePipeline } from './flow.ts'

/** How deep pipelines may invoke each other when they run; further down nothing is asked. */
const deepest = 16

/** Types every expression of every pipeline; one that another invokes is typed when it is asked for. */
export function* typePipelines(project: Project): Slices<Staged<readonly StepTypes[]>> {
  const { declarations, memory } = project
  const pipelines = [...declarations.pipelines.keys()]
  const answers = new Map<string, Type>()
  const steps = new Map<string, readonly StepTypes[]>()
  const findings: Finding[] = []
  const around = { ...surroundings(project), reply }
  const params = paramsOf(project)
  let depth = 0
  yield* mapInSlices(pipelines, reply)
  return { value: pipelines.flatMap(name => steps.get(name) ?? []), findings }

  /** What a pipeline answers; unknown of one that is being asked for already. */
  function reply(name: string): Type {
    const known = answers.get(name)
    if (known !== undefined || depth >= deepest) return known ?? unknown
    answers.set(name, unknown)
    const framed = declarations.pipelines.get(name)
    if (framed?.kind !== 'map') return unknown
    depth += 1
    const own = { name, params: JSON.stringify(params.get(name) ?? []), tree: (source: string) => project.trees.get(framed)?.get(source) }
    const typed = memory.within(typePipeline, framed, { ...around, ...own })
    depth -= 1
    answers.set(name, typed.answer)
    steps.set(name, typed.steps)
    findings.push(...typed.findings)
    return typed.answer
  }
}

const surroundings = (project: Project): Omit<Around, 'name' | 'params' | 'tree' | 'reply'> => ({
  catalogue: project.catalogue,
  declared: name => project.declarations.schemas.has(name),
  schema: name => project.messageSchemas.get(name),
  template: scalar => project.templates.get(scalar),
  connectorType: name => {
    const declared = project.declarations.connectors.get(name)
    return declared?.kind === 'component' ? declared.type : undefined
  },
  isText: format => isRenderedAsText(format, project),
})

/** The names in the paths of each pipeline's channels. */
function paramsOf(project: Project): ReadonlyMap<string, readonly string[]> {
  const params = new Map<string, string[]>()
  for (const { pipeline, channel } of channelsOf(project)) {
    const names = [...(routeOf(channel, project)?.path ?? '').matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
    params.set(pipeline, [...(params.get(pipeline) ?? []), ...names])
  }
  return params
}

/** The schema of a `format` or `parse` step says nothing: what is rendered is a text where its media type is one. */
function isRenderedAsText(type: string, { definition }: Project): boolean {
  const format = definition('format', type)
  return (
    format?.kind === 'format' &&
    format.mediaTypes.some(name => /^text\/|[/+](?:json|xml)\b|^application\/x-www-form-urlencoded\b/.test(name))
  )
}
