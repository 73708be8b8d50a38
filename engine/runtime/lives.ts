import type { LiveConnector } from '../compile/revision.ts'
import type {
  Connector,
  ConnectorDefinition,
  Consumer,
  ConsumingChannel,
  Definition,
  Host,
  Identify,
  SecurityDefinition,
} from '../core/component.ts'
import { asSluiceError } from '../core/errors.ts'
import type { ChannelModel, ConnectorModel, Kind, Living, Model } from '../core/model.ts'
import type { Clock, Logger } from '../core/ports.ts'
import type { Claims } from './claims.ts'
import type { Gate } from './gate.ts'
import type { Statuses } from './statuses.ts'

/** How long a component may take to start, prepare or stop, in milliseconds. */
const patienceMs = 10_000

export interface LivesOptions {
  readonly definition: (kind: Kind, type: string) => Definition
  readonly gate: Gate
  readonly statuses: Statuses
  readonly claims: Claims
  readonly log: Logger
  readonly clock: Clock
}

/** The started connectors and consumers: what a reload keeps, begins and ends. */
export class Lives {
  readonly connectors = new Map<string, LiveConnector>()
  readonly consumers = new Map<string, Consumer>()
  readonly #options: LivesOptions

  constructor(options: LivesOptions) {
    this.#options = options
  }

  /** Creates and starts. Rejects for what waiting will not cure; a system that is away is a status. */
  async startConnector(model: ConnectorModel, within: Model): Promise<LiveConnector> {
    // The registry made sure that a connector type's module defines a connector.
    const definition = this.#options.definition('connector', model.type) as unknown as ConnectorDefinition<
      unknown,
      Record<string, unknown>,
      unknown
    >
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
    // Only consuming channels are planned as lives.
    const definition = this.#options.definition('channel', model.type) as unknown as ConsumingChannel<unknown, unknown>
    const name = model.needs.find(id => id.startsWith('connector/'))?.slice('connector/'.length)
    const client = name === undefined ? undefined : connectors.get(name)?.connector.client
    const consumer = definition.create(model.config, client, this.#options.gate.handle(model.id), this.#host(model))
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

  #host(model: Living): Host {
    const { statuses, claims, clock, log } = this.#options
    return {
      id: model.id,
      log: log.child({ component: model.id }),
      status: status => statuses.set(model.id, status),
      clock,
      claim: async key => claims.claim(key),
    }
  }

  #identify(model: ConnectorModel, within: Model): Identify | undefined {
    const security = model.security === undefined ? undefined : within.security.get(model.security)
    if (security === undefined) return undefined
    // The registry made sure that a security type's module defines one.
    const definition = this.#options.definition('security', security.type) as unknown as SecurityDefinition<unknown>
    return definition.create(security.config, security.name).identify
  }

  #complain(id: string, doing: string, thrown: unknown): void {
    this.#options.log.warn('component', { component: id, doing, error: asSluiceError(thrown) })
  }
}

/** Waits for a component, but not for ever. */
async function patiently(work: (signal: AbortSignal) => Promise<void> | undefined, ms = patienceMs): Promise<void> {
  const late = AbortSignal.timeout(ms)
  const started = work(late)
  if (started === undefined) return
  let stop: (() => void) | undefined
  const over = new Promise<never>((_, reject) => {
    const give = (): void => reject(new Error(`it took longer than ${ms} ms`))
    late.addEventListener('abort', give, { once: true })
    stop = () => late.removeEventListener('abort', give)
  })
  await Promise.race([started, over]).finally(() => stop?.())
}
