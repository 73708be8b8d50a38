import type { ChannelModifiers, ConnectorModifiers } from '../core/config.gen.ts'
import type { ChannelModel, ConnectorModel, Living, SecurityModel } from '../core/model.ts'
import type { Named } from './declarations.ts'
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
  const { connectors, security } = project.declarations
  const hashes = new Hashes(project)
  const live = (framed: FramedComponent, id: string): Living => ({
    kind: framed.component,
    type: framed.type,
    config: project.configs.get(framed),
    where: whereKey(framed),
    id,
    hash: hashes.of(id, framed),
    needs: needsOf(framed),
    claims: Object.freeze([...claimsOf(framed, project)]),
  })
  const models = channels.map(({ pipeline, channel }): readonly [FramedComponent, ChannelModel] => {
    // checked against schemas/channel.json, which the type is generated from
    const { security: allowed, ...modifiers } = freezeMap(channel.modifiers, context) as ChannelModifiers
    const callers = Object.freeze((allowed ?? []).filter(name => name !== 'none'))
    return [channel, Object.freeze({ ...live(channel, channelId(pipeline, channel, project)), pipeline, ...modifiers, security: callers })]
  })
  return {
    security: each(security, (framed, name) => ({ ...live(framed, `security/${name}`), name })),
    connectors: each(connectors, (framed, name) => ({
      ...live(framed, `connector/${name}`),
      name,
      ...connectorModifiers(framed, context),
    })),
    channels: new Map(models),
  }
}

function each<Model>(named: Named, make: (framed: FramedComponent, name: string) => Model): ReadonlyMap<string, Model> {
  const components = [...named].filter((entry): entry is [string, FramedComponent] => entry[1].kind === 'component')
  return new Map(components.map(([name, framed]) => [name, Object.freeze(make(framed, name))]))
}

/** Ids of the connectors and security entries that a component names. */
function needsOf(framed: FramedComponent): readonly string[] {
  const named = referencesIn(framed).filter(({ to }) => to === 'connector' || to === 'security')
  return Object.freeze([...new Set(named.map(({ to, name }) => `${to}/${name}`))])
}

/** A component's hash is over itself and over the hashes of what it needs; a circle of needs ends where it closes. */
class Hashes {
  readonly #project: Project
  readonly #known = new Map<string, string>()

  constructor(project: Project) {
    this.#project = project
  }
  of(id: string, framed: FramedComponent, above: readonly string[] = []): string {
    const known = this.#known.get(id)
    if (known !== undefined) return known
    const needs = needsOf(framed).map(need => {
      const [kind, name = ''] = need.split('/')
      const needed = this.#project.declarations[kind === 'security' ? 'security' : 'connectors'].get(name)
      return needed?.kind !== 'component' || above.includes(need) ? need : this.of(need, needed, [...above, id])
    })
    const hash = fingerprint(id, this.#project.version(framed.component, framed.type), framed, ...needs)
    this.#known.set(id, hash)
    return hash
  }
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
