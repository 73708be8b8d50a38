import type { ChannelModifiers, ConnectorModifiers } from '../core/config.gen.ts'
import type { ChannelModel, ConnectorModel, Living, SecurityModel } from '../core/model.ts'
import { fingerprint } from './fingerprint.ts'
import { entryOf, type Framed, type FramedComponent, textOf, whereKey } from './framed.ts'
import { type FreezeContext, frameDefault, freezeMap } from './freeze-value.ts'
import { claimsOf, routeOf } from './holdings.ts'
import type { DeclaredChannel, Project } from './project.ts'
import { referencesIn } from './references.ts'
import { part, propertyOf } from './schema-of.ts'

/** The components with a life, each with the hash by which a reload tells whether it stays. */
export interface LivingModels {
  readonly connectors: ReadonlyMap<string, ConnectorModel>
  readonly security: ReadonlyMap<string, SecurityModel>
  readonly channels: ReadonlyMap<FramedComponent, ChannelModel>
}

export function freezeLiving(project: Project, channels: readonly DeclaredChannel[], context: FreezeContext): LivingModels {
  const { declarations } = project
  const security = new Map<string, SecurityModel>()
  const connectors = new Map<string, ConnectorModel>()
  const hashes = new Map<string, string>()
  const live = (framed: FramedComponent, id: string): Living => {
    const needs = [
      ...new Set(
        referencesIn(framed)
          .filter(({ to }) => to === 'connector' || to === 'security')
          .map(({ to, name }) => `${to}/${name}`),
      ),
    ]
    const hash = fingerprint(id, project.version(framed.component, framed.type), framed, ...needs.map(need => hashes.get(need)))
    hashes.set(id, hash)
    const { component: kind, type } = framed
    return { kind, type, config: project.configs.get(framed), where: whereKey(framed), id, hash, needs, claims: claimsOf(framed, project) }
  }
  for (const [name, framed] of declarations.security)
    if (framed.kind === 'component') security.set(name, Object.freeze({ ...live(framed, `security/${name}`), name }))
  for (const [name, framed] of declarations.connectors)
    if (framed.kind === 'component')
      connectors.set(name, Object.freeze({ ...live(framed, `connector/${name}`), name, ...connectorModifiers(framed, context) }))
  const models = channels.map(({ pipeline, channel }): readonly [FramedComponent, ChannelModel] => {
    // checked against schemas/channel.json, which the type is generated from
    const { security: allowed, ...modifiers } = freezeMap(channel.modifiers, context) as ChannelModifiers
    const callers = (allowed ?? []).filter(name => name !== 'none')
    return [channel, Object.freeze({ ...live(channel, channelId(pipeline, channel, project)), pipeline, ...modifiers, security: callers })]
  })
  return { connectors, security, channels: new Map(models) }
}

/** `channel/get-rate/http:POST /client1/get-rate`: moving a line changes nothing in it. */
export function channelId(pipeline: string, channel: FramedComponent, project: Project): string {
  const name = textOf(entryOf(channel.modifiers, 'name'))
  const route = routeOf(channel, project)
  const held = route === undefined ? claimsOf(channel, project)[0] : `${route.methods.join(',')} ${route.path}`
  return `channel/${pipeline}/${name ?? (held === undefined ? channel.type : `${channel.type}:${held}`)}`
}

/** A connector's modifiers; where it says nothing, what its type says is sensible. */
function connectorModifiers(connector: FramedComponent, context: FreezeContext): ConnectorModifiers {
  const { modifiers, schema } = connector
  const standard = Object.entries(part(schema, 'x-defaults') ?? {}).map(([name, value]): [string, Framed] => [
    name,
    frameDefault(value, propertyOf(modifiers.schema, name) ?? {}, connector, context),
  ])
  const entries = new Map([...standard, ...modifiers.entries])
  // checked against schemas/connector.json, which the type is generated from
  return freezeMap({ ...modifiers, entries }, context) as ConnectorModifiers
}
