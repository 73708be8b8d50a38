import type { Finding } from '../core/finding.ts'
import { mapInSlices, type Slices } from '../core/slices.ts'
import type { BuiltInSchemas, RawError } from '../schema/built-in.ts'
import type { FramedDocuments } from './frame-documents.ts'
import type { Framed, FramedComponent } from './framed.ts'
import { componentsIn, entryOf } from './framed.ts'
import { meant } from './meant.ts'
import type { Memory } from './memory.ts'
import { plainValue } from './plain-value.ts'
import { steps } from './position.ts'
import { type Catalogue, textIn } from './schema-of.ts'
import { findingFor, type Subject } from './violation.ts'

export interface ValidateContext {
  readonly catalogue: Catalogue
  readonly schemas: BuiltInSchemas
}

/** Every part of a document against the one schema that describes it: the frame, then each component, what stands beside it, its arguments. */
export function* validateDocuments(
  { configurations, tests }: FramedDocuments,
  context: ValidateContext,
  memory: Memory,
): Slices<readonly Finding[]> {
  const checked = (schema: string) => (document: Framed) => memory.within(checkDocument, document, { ...context, schema })
  const framed = yield* mapInSlices(configurations, checked('sluice:/config.json'))
  const tested = yield* mapInSlices(tests, checked('sluice:/test.json'))
  const things = [...configurations, ...tests].flatMap(thingsIn)
  const components = yield* mapInSlices(things, thing => memory.within(checkThing, thing, { ...context }))
  return [framed, tested, components].flat(2)
}

const checkDocument = (document: Framed, { schema, ...context }: ValidateContext & { readonly schema: string }): readonly Finding[] =>
  check(document, schema, 'document', context)

const checkThing = (thing: Framed, context: ValidateContext): readonly Finding[] =>
  componentsIn(thing).flatMap(component => checkComponent(component, context))

/** What a document declares, piece by piece; a piece that is no thing of its own is one all the same. */
const thingsIn = (document: Framed): readonly Framed[] =>
  document.kind === 'map'
    ? [...document.entries.values()].flatMap(section => (section.kind === 'map' ? [...section.entries.values()] : [section]))
    : [document]

function checkComponent(component: FramedComponent, context: ValidateContext): readonly Finding[] {
  const { type, config, modifiers } = component
  const label = `${component.component} ${type}`
  const own = check(withoutArguments(component), textIn(component.schema, '$id') ?? '', label, context)
  const beside = modifiers.entries.size === 0 ? [] : check(modifiers, `sluice:/${component.component}.json`, label, context)
  const given = entryOf(config, 'with')
  if (component.arguments === undefined) return [...own, ...beside]
  return [
    ...own,
    ...beside,
    ...check(given ?? { ...modifiers, entries: new Map() }, component.arguments, argumentsLabel(component), context),
  ]
}

/** Where arguments have a schema of their own, that one alone is asked about them. */
function withoutArguments({ config, arguments: wanted }: FramedComponent): Framed {
  if (wanted === undefined || config.kind !== 'map') return config
  return { ...config, entries: new Map([...config.entries].filter(([name]) => name !== 'with')) }
}

function argumentsLabel({ config, type }: FramedComponent): string {
  const named = entryOf(config, type)
  const name = named?.kind === 'scalar' ? String(named.value) : type
  return name.includes('.') ? name : `${type} ${name}`
}

function check(framed: Framed, schema: string, label: string, context: ValidateContext): readonly Finding[] {
  const errors = context.schemas.errors(schema, plainValue(framed))
  return meant(errors).flatMap(error => {
    const at = find(framed, error, label)
    return at === undefined || at.target.place.inherited === true ? [] : [findingFor(error, at, context.catalogue)]
  })
}

/** What an error is about; nothing where an expression, a fault already told or an unknown component stands there or above. */
function find(root: Framed, error: RawError, label: string): Subject | undefined {
  let found: Subject = { target: root, name: undefined, label }
  for (const [depth, step] of steps(error.instancePath).entries()) {
    const { target, name } = found
    if (isHole(target)) return undefined
    const next = target.kind === 'list' ? target.items[Number(step)] : entryOf(target, step)
    if (next === undefined) return undefined
    const part = depth === 1 && label === 'document' && name !== undefined ? parts[name] : undefined
    if (part !== undefined) found = { target: next, name: undefined, label: target.kind === 'list' ? part : `${part} "${step}"` }
    else found = { ...found, target: next, name: target.kind === 'list' ? name : step }
  }
  return isHole(found.target) ? undefined : found
}

/** What one entry of a section of a document is. */
const parts: Readonly<Record<string, string>> = { pipelines: 'pipeline', listeners: 'listener', tests: 'test' }

const isHole = (framed: Framed): boolean =>
  framed.kind === 'unknown' || framed.kind === 'component' || (framed.kind === 'scalar' && (framed.template !== undefined || framed.faulty))
