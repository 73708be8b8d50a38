import type { LiveConnector, Revision } from '../compile/revision.ts'
import type { Consumer, Definition } from '../core/component.ts'
import { asSluiceError, SluiceError } from '../core/errors.ts'
import type { Finding, Where } from '../core/finding.ts'
import type { ChannelModel, ConnectorModel, Kind, Model } from '../core/model.ts'
import type { Binding, Listeners } from '../net/listeners.ts'
import type { Gate } from './gate.ts'
import type { Lives } from './lives.ts'
import { type Plan, plan } from './plan.ts'

export interface ApplyOptions {
  readonly lives: Lives
  readonly gate: Gate
  readonly listeners: Listeners
  readonly definition: (kind: Kind, type: string) => Definition
  readonly compile: (model: Model, connectors: ReadonlyMap<string, LiveConnector>) => Revision
}

/** What is left to do after the commit, in the background: the old revision drains, then what only it used is stopped. */
export interface Applied {
  readonly plan: Plan
  readonly settle: () => Promise<void>
}

/**
 * Makes `next` the configuration that runs: everything new is started beside the old, then one synchronous assignment is the commit.
 * Throws Refused before the commit and never after it: then whatever was started is stopped again, and the old runs on as it was.
 */
export async function apply(next: Model, options: ApplyOptions): Promise<Applied> {
  const { gate, lives, listeners } = options
  const old = gate.current
  const change = plan(old?.model, next, channel => options.definition('channel', channel.type).kind === 'consuming')
  const undo: (() => Promise<void>)[] = []
  try {
    await stopFirst(change, old, lives, undo)
    const connectors = await startConnectors(change, next, lives, undo)
    const revision = blame(next.pipelines.values().next().value?.where, 'compiling', () => options.compile(next, connectors))
    const consumers = await prepareConsumers(change, connectors, lives, undo)
    const binding = await bind(next, listeners)

    gate.swap(revision)
    revision.commit()
    listeners.swap(binding, revision.routes)
    const closing = take(
      lives.consumers,
      change.consumers.stop.map(channel => channel.id),
    )
    for (const [id, consumer] of consumers) lives.consumers.set(id, consumer)
    const stopping = replace(lives.connectors, connectors)

    await Promise.all([...closing].map(([id, consumer]) => lives.closeConsumer(id, consumer)))
    for (const consumer of consumers.values()) consumer.open()
    return { plan: change, settle: () => settle(old, stopping, lives, listeners) }
  } catch (error) {
    for (const back of undo.reverse()) await back()
    throw error
  }
}

/** A change that could not be made, with its finding. */
export class Refused extends Error {
  readonly finding: Finding

  constructor(where: Where, doing: string, thrown: unknown) {
    const error = asSluiceError(thrown)
    super(error.message, { cause: thrown })
    this.finding = { severity: 'error', rule: 'cannot-start', message: `${doing}: ${error.message}`, ...where }
  }
}

function blame<T>(where: Where | undefined, doing: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw new Refused(where ?? nowhere, doing, error)
  }
}
const nowhere: Where = { file: '', line: 1, column: 1, pointer: '' }

/** A claim that changes hands is let go by the old holder first; should the change fail, the holder is started again. */
async function stopFirst(change: Plan, old: Revision | undefined, lives: Lives, undo: (() => Promise<void>)[]): Promise<void> {
  for (const model of change.consumers.stop) {
    const consumer = lives.consumers.get(model.id)
    if (consumer === undefined || !change.stopFirst.has(model.id)) continue
    await lives.closeConsumer(model.id, consumer)
    lives.consumers.delete(model.id)
    undo.push(async () => {
      const again = await lives.prepareConsumer(model, lives.connectors)
      lives.consumers.set(model.id, again)
      again.open()
    })
  }
  for (const model of change.connectors.stop) {
    const live = lives.connectors.get(model.name)
    if (live === undefined || old === undefined || !change.stopFirst.has(model.id)) continue
    await lives.stopConnector(live)
    undo.push(async () => {
      await live.connector.start?.(AbortSignal.timeout(10_000))
    })
  }
}

async function startConnectors(
  change: Plan,
  next: Model,
  lives: Lives,
  undo: (() => Promise<void>)[],
): Promise<ReadonlyMap<string, LiveConnector>> {
  const started = await settleAll(change.connectors.start, async (model: ConnectorModel) => {
    const live = await lives.startConnector(model, next).catch(error => {
      throw new Refused(model.where, `starting the connector "${model.name}"`, error)
    })
    undo.push(() => lives.stopConnector(live))
    return live
  })
  const kept = change.connectors.keep.flatMap(model => {
    const live = lives.connectors.get(model.name)
    return live === undefined ? [] : [{ model, connector: live.connector }]
  })
  return new Map([...kept, ...started].map(live => [live.model.name, live]))
}

async function prepareConsumers(
  change: Plan,
  connectors: ReadonlyMap<string, LiveConnector>,
  lives: Lives,
  undo: (() => Promise<void>)[],
): Promise<ReadonlyMap<string, Consumer>> {
  const prepared = await settleAll(change.consumers.start, async (model: ChannelModel) => {
    const consumer = await lives.prepareConsumer(model, connectors).catch(error => {
      throw new Refused(model.where, `starting a channel of the pipeline "${model.pipeline}"`, error)
    })
    undo.push(() => lives.closeConsumer(model.id, consumer))
    return [model.id, consumer] as const
  })
  return new Map(prepared)
}

async function bind(next: Model, listeners: Listeners): Promise<Binding> {
  const wanted = [...next.listeners.values()]
  return await listeners.bind(wanted).catch(error => {
    const name = error instanceof SluiceError ? error.detail.reason : undefined
    const listener = wanted.find(one => one.name === name) ?? wanted[0]
    throw new Refused(listener?.where ?? nowhere, 'opening a listener', error)
  })
}

/** All at once; waits for all before it fails with the first error, so that nothing goes on behind its back. */
async function settleAll<Item, Made>(items: readonly Item[], make: (item: Item) => Promise<Made>): Promise<readonly Made[]> {
  const results = await Promise.allSettled(items.map(make))
  return results.map(result => {
    if (result.status === 'rejected') throw result.reason
    return result.value
  })
}

function take<Value>(from: Map<string, Value>, keys: readonly string[]): ReadonlyMap<string, Value> {
  const taken = new Map<string, Value>()
  for (const key of keys) {
    const value = from.get(key)
    if (value !== undefined) taken.set(key, value)
    from.delete(key)
  }
  return taken
}

/** Puts the new connectors in place; gives those that are no longer used. */
function replace(living: Map<string, LiveConnector>, next: ReadonlyMap<string, LiveConnector>): readonly LiveConnector[] {
  const gone = [...living.values()].filter(live => next.get(live.model.name)?.connector !== live.connector)
  living.clear()
  for (const [name, live] of next) living.set(name, live)
  return gone
}

async function settle(old: Revision | undefined, stopping: readonly LiveConnector[], lives: Lives, listeners: Listeners): Promise<void> {
  await old?.drained()
  listeners.release()
  await Promise.all(stopping.map(live => lives.stopConnector(live)))
}
