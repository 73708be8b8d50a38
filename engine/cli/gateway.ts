import { type AdminServer, serveAdmin } from '../admin/server.ts'
import { load } from '../config/load.ts'
import type { Model } from '../core/model.ts'
import { systemClock } from '../core/ports.ts'
import { Listeners } from '../net/listeners.ts'
import { accessLog } from '../observe/access.ts'
import { createLog } from '../observe/log.ts'
import { Registry } from '../registry/registry.ts'
import type { Outcome } from '../runtime/outcome.ts'
import { Runtime } from '../runtime/runtime.ts'
import { keepSchemas } from '../schema/built-in.ts'
import type { Environment, Settings } from '../settings.ts'

export interface Gateway {
  readonly runtime: Runtime
  readonly listeners: Listeners
  readonly outcome: Outcome
  readonly admin: AdminServer | undefined
  /** Within the grace: not ready, take no more, finish, let go. Idempotent. */
  stop(graceMs: number): Promise<void>
}

export interface GatewayOptions {
  readonly settings: Settings
  readonly environment: Environment
  /** Where log lines go. */
  readonly write: (text: string) => void
  /** False: nothing comes in by itself, neither through channels nor through the admin listener; for `sluice invoke`. */
  readonly serving: boolean
}

/** Wires the parts together and applies the configuration: the only place that knows them all. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { settings, environment, serving } = options
  const log = createLog({ ...settings.log, write: options.write })
  const registry = await Registry.open({ plugins: settings.plugins })
  const schemas = keepSchemas()
  const access = accessLog(log)
  const listeners = new Listeners({ log, access })
  const runtime = new Runtime({
    read: async () => {
      const { model, findings } = await load({ folder: settings.config, environment, registry, schemas, listen: settings.listen })
      return { model: serving || model === undefined ? model : withoutChannels(model), findings }
    },
    registry,
    schemas,
    listeners,
    access,
    log,
    clock: systemClock,
  })
  const outcome = await runtime.reload()
  const servers: AdminServer[] = []
  const stop = async (graceMs: number): Promise<void> => {
    await runtime.stop(graceMs)
    await Promise.all(servers.map(server => server.close()))
    registry.close()
    log.flush()
  }
  if (outcome.kind === 'broken' || !serving) return { runtime, listeners, outcome, admin: undefined, stop }
  try {
    servers.push(await serveAdmin({ runtime, log, address: settings.admin, probesOnly: false }))
    if (settings.health !== undefined) servers.push(await serveAdmin({ runtime, log, address: settings.health, probesOnly: true }))
  } catch (error) {
    await stop(0)
    throw error
  }
  return { runtime, listeners, outcome, admin: servers[0], stop }
}

function withoutChannels(model: Model): Model {
  const pipelines = [...model.pipelines].map(([name, pipeline]) => [name, { ...pipeline, channels: [] }] as const)
  return { ...model, listeners: new Map(), pipelines: new Map(pipelines) }
}
