import type { ConfigFault, Definition } from '../core/component.ts'
import { asSluiceError } from '../core/errors.ts'
import { type Finding, isError, type Staged } from '../core/finding.ts'
import type { Kind } from '../core/model.ts'
import { inSlices, mapInSlices } from '../core/slices.ts'
import type { Registry } from '../registry/registry.ts'
import type { Declarations } from './declarations.ts'
import { errorAt, warningAt } from './finding-at.ts'
import { componentsIn, entryOf, type Framed, type FramedComponent, whereKey, whereOf } from './framed.ts'
import { type Freezing, freezeValue, openFreezing } from './freeze-value.ts'
import type { Memory } from './memory.ts'
import { steps } from './position.ts'
import { type Project, thingsOf } from './project.ts'
import { written } from './wording.ts'

type Checked = Pick<Project, 'definition' | 'configs' | 'components'>

/** Loads the definition of every type in use, and lets it say what its schema cannot, of each component that nothing is wrong with so far. */
export async function checkComponents(
  declarations: Declarations,
  said: readonly Finding[],
  registry: Registry,
  { freezing, memory }: { readonly freezing: Freezing; readonly memory: Memory },
): Promise<Staged<Checked>> {
  const all = thingsOf(declarations).flatMap(thing => memory.of(allIn, thing))
  const components = all.filter(({ component }) => component !== 'step')
  const { definitions, findings } = await loadDefinitions(components, registry)
  const definition = (kind: Kind, type: string): Definition | undefined => definitions.get(`${kind}/${type}`)
  const errors = said.filter(isError)
  const configs = new Map<FramedComponent, unknown>()
  const look = (framed: FramedComponent): void => {
    if (memory.of(isFaulty, framed.config) || (errors.length > 0 && isBlamed(framed, errors))) return
    const config = memory.within(freezeConfig, framed, { ...freezing })
    configs.set(framed, config)
    findings.push(...memory.within(check, framed, { config, definition: definition(framed.component, framed.type) }))
  }
  await inSlices(mapInSlices(components, look))
  return { value: { components: all, configs, definition }, findings }
}

const allIn = (thing: Framed): readonly FramedComponent[] => componentsIn(thing)

const freezeConfig = ({ config }: FramedComponent, freezing: Freezing): unknown => freezeValue(config, openFreezing(freezing))

const check = (
  { config: written }: FramedComponent,
  { config, definition }: { readonly config: unknown; readonly definition: Definition | undefined },
): readonly Finding[] => faultsOf(definition, config).map(fault => findingOf(fault, written))

/** What a definition says, at the place of a configuration that it points to. */
export function findingOf({ pointer, message, hint, severity }: ConfigFault, config: Framed): Finding {
  let at: Framed = config
  for (const step of steps(pointer)) at = (at.kind === 'list' ? at.items[Number(step)] : entryOf(at, step)) ?? at
  const value = written(at)
  const sentence = value === undefined || message.includes(value) ? message : `${value}: ${message}`
  const say = severity === 'warning' ? warningAt : errorAt
  return say(at === config ? whereKey(at) : whereOf(at), 'wrong-value', sentence, { hint })
}

async function loadDefinitions(
  components: readonly FramedComponent[],
  registry: Registry,
): Promise<{ definitions: Map<string, Definition>; findings: Finding[] }> {
  const definitions = new Map<string, Definition>()
  const findings: Finding[] = []
  const first = new Map(
    components.map(component => [`${component.component}/${component.type}`, component]).reverse() as [string, FramedComponent][],
  )
  await Promise.all(
    [...first].map(async ([key, component]) => {
      try {
        definitions.set(key, await registry.load(component.component, component.type))
      } catch (error) {
        const message = `the code of ${component.component} ${component.type} cannot be loaded: ${asSluiceError(error).message}`
        findings.push(
          errorAt(whereKey(component), 'broken-component', message, { hint: 'look at its file; nothing is wrong with this line' }),
        )
      }
    }),
  )
  return { definitions, findings }
}

function faultsOf(definition: Definition | undefined, config: unknown): readonly ConfigFault[] {
  if (definition === undefined || !('check' in definition) || definition.check === undefined) return []
  // a definition takes what its own schema admits, and that is what the configuration was checked against
  const check = definition.check as (config: unknown) => readonly ConfigFault[]
  return check.call(definition, config)
}

/** Something in it was said to be wrong before anybody knew what it is. */
function isFaulty(framed: Framed): boolean {
  if (framed.kind === 'scalar') return framed.faulty
  if (framed.kind === 'list') return framed.items.some(isFaulty)
  return framed.kind === 'map' && [...framed.entries.values()].some(isFaulty)
}

/** Something was said of it, wherever its parts were written; of a default it was said where that stands. */
function isBlamed({ place, config }: FramedComponent, errors: readonly Finding[]): boolean {
  const files = filesOf(config, new Set([place.file.name]))
  return errors.some(({ file, pointer }) => {
    if (!files.has(file)) return false
    const inDefaults = place.inherited === true && pointer.startsWith('/defaults/')
    return inDefaults || pointer === place.pointer || pointer.startsWith(`${place.pointer}/`)
  })
}

function filesOf(framed: Framed, files: Set<string>): ReadonlySet<string> {
  files.add(framed.place.file.name)
  if (framed.kind === 'list') for (const item of framed.items) filesOf(item, files)
  if (framed.kind === 'map') for (const entry of framed.entries.values()) filesOf(entry, files)
  return files
}
