import type { ChannelModel, ConnectorModel, Living } from '../core/model.ts'

/** What a component's life will be over a change. */
export interface Change<Item> {
  readonly keep: readonly Item[]
  readonly start: readonly Item[]
  readonly stop: readonly Item[]
}

/** The difference between two models, for what has a life. Pure things (pipelines, routes) are compiled anew and are not in it. */
export interface Plan<Connector = ConnectorModel, Channel = ChannelModel> {
  readonly connectors: Change<Connector>
  readonly consumers: Change<Channel>
  /** Ids of the old components that must be gone before the new ones start: they hold a claim that changes hands. */
  readonly stopFirst: ReadonlySet<string>
}

/** Of a model, or of what describes one, what a plan looks at. */
export interface Planned<Connector extends Planning, Channel extends Planning> {
  readonly connectors: ReadonlyMap<string, Connector>
  readonly pipelines: ReadonlyMap<string, { readonly channels: readonly Channel[] }>
}
export type Planning = Pick<Living, 'id' | 'hash' | 'claims'>

/**
 * Compares by id and hash: what is the same is kept, what is different is started beside its predecessor and outlives it.
 * `consuming` tells which channels have a life.
 */
export function plan<Connector extends Planning, Channel extends Planning>(
  old: Planned<Connector, Channel> | undefined,
  next: Planned<Connector, Channel>,
  consuming: (channel: Channel) => boolean,
): Plan<Connector, Channel> {
  const connectors = compare([...(old?.connectors.values() ?? [])], [...next.connectors.values()])
  const consumers = compare(channels(old).filter(consuming), channels(next).filter(consuming))
  const claimed = new Set([...connectors.start, ...consumers.start].flatMap(item => item.claims))
  const leaving = [...connectors.stop, ...consumers.stop].filter(item => item.claims.some(claim => claimed.has(claim)))
  return { connectors, consumers, stopFirst: new Set(leaving.map(item => item.id)) }
}

/** Things by id and hash. */
export function compare<Item extends Pick<Planning, 'id' | 'hash'>>(old: readonly Item[], next: readonly Item[]): Change<Item> {
  const before = new Map(old.map(item => [item.id, item.hash]))
  const after = new Map(next.map(item => [item.id, item.hash]))
  return {
    keep: next.filter(item => before.get(item.id) === item.hash),
    start: next.filter(item => before.get(item.id) !== item.hash),
    stop: old.filter(item => after.get(item.id) !== item.hash),
  }
}

function channels<Channel extends Planning>(model: Planned<Planning, Channel> | undefined): readonly Channel[] {
  return [...(model?.pipelines.values() ?? [])].flatMap(pipeline => pipeline.channels)
}
