import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { type AdminServer, serveAdmin } from '../admin/server.ts'
import { Load } from '../compile/load.ts'
import { load } from '../config/load.ts'
import { Memory } from '../config/memory.ts'
import type { Model } from '../core/model.ts'
import { type Logger, systemClock } from '../core/ports.ts'
import { Secret } from '../core/secret.ts'
import { DeadLetters } from '../durable/dead-letters.ts'
import { SharedRevisions } from '../durable/revisions.ts'
import { Listeners } from '../net/listeners.ts'
import { gatewayMetrics } from '../observe/gateway-metrics.ts'
import { createLog } from '../observe/log.ts'
import { createMetrics } from '../observe/metrics.ts'
import { processMetrics } from '../observe/process-metrics.ts'
import { stepMetrics } from '../observe/step-metrics.ts'
import { Registry } from '../registry/registry.ts'
import type { Outcome } from '../runtime/outcome.ts'
import { Revisions } from '../runtime/revisions.ts'
import { Runtime } from '../runtime/runtime.ts'
import { Watch } from '../runtime/watch.ts'
import { keepSchemas } from '../schema/built-in.ts'
import type { Environment, Settings } from '../settings.ts'
import { openStore } from '../store/open.ts'
import { keepSwept } from '../store/sweeping.ts'

export interface Gateway {
  readonly runtime: Runtime
  readonly listeners: Listeners
  readonly outcome: Outcome
  readonly admin: AdminServer | undefined
  /** Not ready, and after `leaveMs`, 0 by default, within the grace: takes no more, finishes, lets go. Idempotent. */
  stop(graceMs: number, leaveMs?: number): Promise<void>
}

export interface GatewayOptions {
  readonly settings: Settings
  readonly environment: Environment
  /** Where log lines go. */
  readonly write: (text: string) => void
  /** False: nothing comes in by itself, neither through channels nor through the admin listener, and nothing is kept; for `sluice invoke`. */
  readonly serving: boolean
  /** For `sluice dev`: what is wrong at the start is waited out, and nothing is kept. */
  readonly developing?: boolean
  /** Told of every attempt to change the configuration, the first one too. */
  readonly told?: (outcome: Outcome, log: Logger) => void
}

/** Wires the parts together and applies the configuration: the only place that knows them all. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { settings, environment, serving, developing = false } = options
  const log = createLog({ ...settings.log, write: options.write })
  const registry = await Registry.open({ plugins: settings.plugins })
  const schemas = keepSchemas()
  const memory = new Memory()
  const metrics = createMetrics()
  const ofSteps = createMetrics()
  const counted = gatewayMetrics(metrics, () => runtime.status())
  const access = all([log.access, counted.access])
  const holder = `process ${process.pid} on ${hostname()}, since ${new Date(performance.timeOrigin).toISOString()}`
  const store = await openStore(serving && !developing ? settings.store : new Secret('memory'), {
    data: settings.data,
    holder,
    clock: systemClock,
  })
  const stopSweeping = keepSwept(store)
  const listeners = new Listeners({ log, access })
  const revisions =
    serving && !developing ? await Revisions.open(settings.data, store.shared ? new SharedRevisions(store) : undefined) : undefined
  const watch = serving && settings.watch ? await watched(settings, log, () => runtime) : undefined
  const runtime: Runtime = new Runtime({
    read: async kept => {
      const loaded = await load({ folder: settings.config, kept, environment, registry, memory, schemas, listen: settings.listen })
      if (kept === undefined) watch?.read(loaded.digests)
      return { ...loaded, model: serving ? loaded.model : withoutChannels(loaded.model) }
    },
    revisions,
    told: all<Outcome>([counted.outcome, outcome => options.told?.(outcome, log)]),
    registry,
    schemas,
    listeners,
    store,
    load: new Load(settings.inFlight),
    deadLetters: new DeadLetters({ store, clock: systemClock, bounds: settings.deadLetters }),
    node: `${hostname()}/${process.pid}/${randomUUID().slice(0, 8)}`,
    access,
    called: counted.call,
    died: counted.died,
    stepped: stepMetrics(ofSteps),
    ticked: counted.ticked,
    log,
    clock: systemClock,
  })
  const outcome = await runtime.reload()
  const closing: (() => Promise<void> | void)[] = [() => watch?.stop(), () => registry.close(), () => stopSweeping(), () => store.close()]
  const stop = async (graceMs: number, leaveMs = 0): Promise<void> => {
    await runtime.stop(graceMs, leaveMs)
    await Promise.all(closing.map(close => close()))
    log.flush()
  }
  if (!serving || (outcome.kind === 'broken' && !developing)) return { runtime, listeners, outcome, admin: undefined, stop }
  closing.push(processMetrics(metrics))
  const serve = async (address: Settings['admin'], probesOnly: boolean): Promise<AdminServer> => {
    const server = await serveAdmin({ runtime, log, address, probesOnly, metrics: () => metrics.render() + ofSteps.render() })
    closing.push(() => server.close())
    return server
  }
  try {
    const admin = await serve(settings.admin, false)
    if (settings.health !== undefined) await serve(settings.health, true)
    // what the start has to say comes before what is said of it
    log.flush()
    return { runtime, listeners, outcome, admin, stop }
  } catch (error) {
    await stop(0)
    throw error
  }
}

/** Whoever wants to know of an event is called, one after the other. */
const all =
  <Event>(listeners: readonly ((event: Event) => void)[]) =>
  (event: Event): void => {
    for (const listener of listeners) listener(event)
  }

async function watched(settings: Settings, log: Logger, runtime: () => Runtime): Promise<Watch> {
  const configuration = settings.config.map(folder => ({ folder, counts: (path: string) => path.endsWith('.yaml') }))
  return await Watch.start({
    folders: [...configuration, { folder: settings.plugins, counts: () => true }],
    changed: () =>
      void runtime()
        .reload()
        .catch(error => log.error('reload', { error })),
    log,
  })
}

function withoutChannels(model: Model | undefined): Model | undefined {
  if (model === undefined) return undefined
  const pipelines = [...model.pipelines].map(([name, pipeline]) => [name, { ...pipeline, channels: [] }] as const)
  return { ...model, listeners: new Map(), pipelines: new Map(pipelines) }
}
