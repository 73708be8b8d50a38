import type { ChannelModifiers, ConnectorModifiers } from '../core/config.gen.ts'
import type { ChannelModel, ConnectorModel, Living, SecurityModel } from '../core/model.ts'
import { mapInSlices, type Slices } from '../core/slices.ts'
import type { Named } from './declarations.ts'
import { fingerprint } from './fingerprint.ts'
import { entryOf, type Framed, type FramedComponent, textOf, whereKey } from './framed.ts'
import { type FreezeContext, type Freezing, frameDefault, freezeMap, openFreezing } from './freeze-value.ts'
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

export function* freezeLiving(project: Project, channels: readonly DeclaredChannel[], freezing: Freezing): Slices<LivingModels> {
  const { connectors, security } = project.declarations
  const hashes = new Hashes(project)
  const around = (framed: FramedComponent, id: string): Around => ({
    ...freezing,
    id,
    config: project.configs.get(framed),
    hash: hashes.of(id, framed),
    // as a text, which is the same where they are
    claims: JSON.stringify(claimsOf(framed, project)),
  })
  const { memory } = project
  const channelOf = ({ pipeline, channel }: DeclaredChannel): ChannelModel =>
    memory.within(freezeChannel, channel, { ...around(channel, channelId(pipeline, channel, project)), pipeline })
  return {
    security: each(security, (framed, name) => memory.within(freezeSecurity, framed, { ...around(framed, `security/${name}`), name })),
    connectors: each(connectors, (framed, name) =>
      memory.within(freezeConnector, framed, { ...around(framed, `connector/${name}`), name }),
    ),
    channels: new Map(yield* mapInSlices(channels, declared => [declared.channel, channelOf(declared)] as const)),
  }
}

interface Around extends Freezing {
  readonly id: string
  readonly config: unknown
  readonly hash: string
  /** A list as JSON. */
  readonly claims: string
}

const live = (framed: FramedComponent, { id, config, hash, claims }: Around): Living => ({
  kind: framed.component,
  type: framed.type,
  config,
  where: whereKey(framed),
  id,
  hash,
  needs: needsOf(framed),
  claims: Object.freeze(JSON.parse(claims)),
})

function freezeChannel(channel: FramedComponent, { pipeline, ...around }: Around & { readonly pipeline: string }): ChannelModel {
  // checked against schemas/channel.json, which the type is generated from
  const { security: allowed, ...modifiers } = freezeMap(channel.modifiers, openFreezing(around)) as ChannelModifiers
  const callers = Object.freeze((allowed ?? []).filter(name => name !== 'none'))
  return Object.freeze({ ...live(channel, around), pipeline, ...modifiers, security: callers })
}

const freezeSecurity = (framed: FramedComponent, { name, ...around }: Around & { readonly name: string }): SecurityModel =>
  Object.freeze({ ...live(framed, around), name })

const freezeConnector = (framed: FramedComponent, { name, ...around }: Around & { readonly name: string }): ConnectorModel =>
  Object.freeze({ ...live(framed, around), name, ...connectorModifiers(framed, openFreezing(around)) })

function each<Model>(named: Named, make: (framed: FramedComponent, name: string) => Model): ReadonlyMap<string, Model> {
  const components = [...named].filter((entry): entry is [string, FramedComponent] => entry[1].kind === 'component')
  return new Map(components.map(([name, framed]) => [name, make(framed, name)]))
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
    const needs = this.#project.memory.of(needsOf, framed).map(need => {
      const [kind, name = ''] = need.split('/')
      const needed = this.#project.declarations[kind === 'security' ? 'security' : 'connectors'].get(name)
      return needed?.kind !== 'component' || above.includes(need) ? need : this.of(need, needed, [...above, id])
    })
    const version = this.#project.version(framed.component, framed.type)
    const hash = this.#project.memory.within(hashOf, framed, { id, version, needs: needs.join('\n') })
    this.#known.set(id, hash)
    return hash
  }
}

const hashOf = (framed: FramedComponent, { id, version, needs }: Hashed): string => fingerprint(id, version, framed, needs)

interface Hashed {
  readonly id: string
  /** Over the code of its plugin. */
  readonly version: string | undefined
  /** Hashes, or ids where a circle closes. */
  readonly needs: string
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
