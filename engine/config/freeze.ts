import type { ListenerConfig } from '../core/config.gen.ts'
import type { ListenerModel, Model, PipelineModel } from '../core/model.ts'
import type { Slices } from '../core/slices.ts'
import type { Declarations } from './declarations.ts'
import { fingerprint } from './fingerprint.ts'
import { type FramedComponent, type FramedMap, whereKey } from './framed.ts'
import { freezePipeline } from './freeze-pipeline.ts'
import { type FreezeContext, type Freezing, freezeMap } from './freeze-value.ts'
import { freezeLiving } from './living.ts'
import { channelsOf, type Project } from './project.ts'

/** One whole configuration that nothing is wrong with, as the engine takes it: complete, parsed, frozen. */
export function* freeze(project: Project, freezing: Freezing): Slices<Model> {
  const { declarations, listeners, messageSchemas } = project
  const { connectors, security, channels } = yield* freezeLiving(project, channelsOf(project), freezing)
  const pipelines = new Map<string, PipelineModel>()
  const around = {
    channel: (framed: FramedComponent) => channels.get(framed),
    version: (plugin: string) => project.version('transform', plugin),
    schema: (schema: string) => messageSchemas.get(schema),
  }
  for (const [name, framed] of declarations.pipelines) {
    yield
    if (framed.kind === 'map') pipelines.set(name, project.memory.within(freezePipeline, framed, { name, ...freezing, ...around }))
  }
  const living = [...connectors.values(), ...security.values(), ...pipelines.values()].map(({ hash }) => hash).sort(byText)
  const rest = JSON.stringify([
    ...[...messageSchemas].sort(([a], [b]) => byText(a, b)),
    ...[...listeners.values()].map(({ name, host, port }) => [name, host, port]),
  ])
  const plugins = new Set(project.catalogue.types('transform'))
  return Object.freeze({ hash: fingerprint(...living, rest), connectors, security, schemas: messageSchemas, listeners, pipelines, plugins })
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const standard = 'public'

/** The listeners that are declared, and `public`, which is there without being declared. */
export function freezeListeners(
  declared: Declarations['listeners'],
  listen: { readonly host: string; readonly port: number },
  context: FreezeContext,
): ReadonlyMap<string, ListenerModel> {
  const where = { file: 'SLUICE_LISTEN', line: 1, column: 1, pointer: '' }
  const listeners = new Map<string, ListenerModel>([
    [standard, Object.freeze({ id: `listener/${standard}`, name: standard, ...listen, where })],
  ])
  for (const [name, framed] of declared)
    if (framed.kind === 'map')
      listeners.set(name, Object.freeze({ id: `listener/${name}`, name, ...listenerConfig(framed, context), where: whereKey(framed) }))
  return listeners
}

// checked against schemas/listener.json, which the type is generated from
const listenerConfig = (framed: FramedMap, context: FreezeContext): ListenerConfig => freezeMap(framed, context) as ListenerConfig
