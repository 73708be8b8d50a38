import type { LiveConnector } from '../compile/revision.ts'
import type { Connector, Consumer, Definition, Host, Identify } from '../core/component.ts'
import { asSluiceError, SluiceError } from '../core/errors.ts'
import type { ChannelModel, ConnectorModel, Kind, Living, Model } from '../core/model.ts'
import { narrow } from '../core/narrow.ts'
import type { Clock, Logger, TickCount } from '../core/ports.ts'
import type { Store } from '../core/store.ts'
import { cacheIn } from '../durable/cache.ts'
import { Leases } from '../durable/leases.ts'
import { acquire, type SoleLease } from '../durable/sole-lease.ts'
import type { Gate } from './gate.ts'
import { Hold } from './hold.ts'
import { inOrder, Lanes } from './in-order.ts'
import { Schedules } from './schedules.ts'
import { type Guard, Sole } from './sole.ts'
import type { Statuses } from './statuses.ts'

/** How long a component may take to start, prepare or stop, in milliseconds. */
const patienceMs = 10_000
/** What one node has to itself, in milliseconds: after a kill another has it within lease and look, less than 30 s. */
const soleLease = { leaseMs: 20_000, renewMs: 5_000, marginMs: 8_000 }

export interface LivesOptions {
  readonly definition: (kind: Kind, type: string) => Definition
  readonly gate: Gate
  readonly statuses: Statuses
  readonly store: Store
  readonly node: string
  /** Told of ticks that are over. */
  readonly ticked?: ((count: TickCount) => void) | undefined
  readonly log: Logger
  readonly clock: Clock
}

/** The started connectors and consumers: what a reload keeps, begins and ends. */
export class Lives {
  readonly connectors = new Map<string, LiveConnector>()
  readonly consumers = new Map<string, Consumer>()
  readonly schedules: Schedules
  readonly #options: LivesOptions
  readonly #lanes = new Lanes()
  readonly #leases: Leases

  constructor(options: LivesOptions) {
    const { store, node: owner, log } = options
    this.#options = options
    this.schedules = new Schedules({ ...options, consumers: this.consumers })
    this.#leases = new Leases({ store, kind: 'lease', owner, log, ...soleLease })
  }

  /** Creates and starts. Rejects for what waiting will not cure; a system that is away is a status. */
  async startConnector(model: ConnectorModel, within: Model): Promise<LiveConnector> {
    const definition = narrow(this.#options.definition('connector', model.type), 'connector') ?? wrong('connector', model.type)
    const connector = definition.create(model.config, this.#host(model), this.#identify(model, within))
    try {
      await patiently(signal => connector.start?.(signal))
    } catch (error) {
      await this.stopConnector({ model, connector })
      throw error
    }
    if (this.#options.statuses.get(model.id) === undefined) this.#options.statuses.set(model.id, { state: 'ready' })
    return { model, connector }
  }

  async stopConnector(live: {
    readonly model: ConnectorModel
    readonly connector: Connector<Record<string, unknown>, unknown>
  }): Promise<void> {
    await patiently(signal => live.connector.stop?.(signal)).catch(error => this.#complain(live.model.id, 'stop', error))
  }

  /** Creates and prepares: it has taken no message yet. */
  async prepareConsumer(model: ChannelModel, connectors: ReadonlyMap<string, LiveConnector>): Promise<Consumer> {
    const definition = narrow(this.#options.definition('channel', model.type), 'consuming') ?? wrong('consuming channel', model.type)
    const name = model.needs.find(id => id.startsWith('connector/'))?.slice('connector/'.length)
    const client = name === undefined ? undefined : connectors.get(name)?.connector.client
    const { gate, store } = this.#options
    const host = this.#host(model)
    const create = (guard: Guard): Consumer => {
      const run = guard(gate.handle(model.id))
      const hold = definition.redelivers === true ? undefined : new Hold(run)
      const handle = gate.identified(hold?.handle ?? run)
      const ordered = inOrder(handle, { lanes: this.#lanes, laneOf: inbound => gate.lane(model.id, inbound) })
      return releasing(hold, definition.create(model.config, client, ordered, host))
    }
    const consumer = definition.once === 'per-cluster' && store.shared ? this.#sole(host, create) : create(run => run)
    try {
      await patiently(signal => consumer.prepare?.(signal))
    } catch (error) {
      await this.closeConsumer(model.id, consumer)
      throw error
    }
    return consumer
  }

  async closeConsumer(id: string, consumer: Consumer, graceMs = patienceMs): Promise<void> {
    await patiently(signal => consumer.close(signal), graceMs).catch(error => this.#complain(id, 'close', error))
  }

  #sole(host: Host, create: (guard: Guard) => Consumer): Consumer {
    const { store, node: owner } = this.#options
    const acquireIt = (lost: () => void): Promise<SoleLease | undefined> => acquire(host.id, { store, owner, leases: this.#leases, lost })
    return new Sole({ create, acquire: acquireIt, status: host.status, log: host.log })
  }

  #host(model: Living): Host {
    const { statuses, store, clock, log } = this.#options
    return {
      id: model.id,
      log: log.child({ component: model.id }),
      status: status => statuses.set(model.id, status),
      clock,
      keep: bounds => cacheIn(store, model.id, bounds),
      ticks: this.schedules.ticksOf(model.id),
    }
  }

  #identify(model: ConnectorModel, within: Model): Identify | undefined {
    const security = model.security === undefined ? undefined : within.security.get(model.security)
    if (security === undefined) return undefined
    const definition = narrow(this.#options.definition('security', security.type), 'security') ?? wrong('security method', security.type)
    return definition.create(security.config, security.name).identify
  }

  #complain(id: string, doing: string, thrown: unknown): void {
    this.#options.log.warn('component', { component: id, doing, error: asSluiceError(thrown) })
  }
}

/** A consumer that hands back what is held of it before it closes. */
function releasing(hold: Hold | undefined, consumer: Consumer): Consumer {
  if (hold === undefined) return consumer
  return {
    prepare: async signal => await consumer.prepare?.(signal),
    open: () => consumer.open(),
    close(signal) {
      hold.close()
      return consumer.close(signal)
    },
    ...(consumer.settled === undefined ? {} : { settled: consumer.settled }),
    ...(consumer.schedule === undefined ? {} : { schedule: consumer.schedule }),
  }
}

/** How long a component whose time is over may take to leave things in order, in milliseconds. */
const endMs = 1_200

/** Waits for a component, but not for ever. */
async function patiently(work: (signal: AbortSignal) => Promise<void> | undefined, ms = patienceMs): Promise<void> {
  const late = AbortSignal.timeout(ms)
  const started = work(late)
  if (started === undefined) return
  let stop: (() => void) | undefined
  const over = new Promise<never>((_, reject) => {
    let timer: NodeJS.Timeout | undefined
    const give = (): void => {
      timer = setTimeout(() => reject(new Error(`it took longer than ${ms} ms`)), endMs)
    }
    late.addEventListener('abort', give, { once: true })
    stop = () => {
      clearTimeout(timer)
      late.removeEventListener('abort', give)
    }
  })
  await Promise.race([started, over]).finally(() => stop?.())
}

function wrong(what: string, name: string): never {
  throw new SluiceError('INTERNAL', `the ${what} "${name}" is none`)
}
