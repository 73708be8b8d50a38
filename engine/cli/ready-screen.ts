import type { ChannelModel, PipelineModel } from '../core/model.ts'
import type { RouteEntry } from '../core/route.ts'
import type { Settings } from '../settings.ts'
import { shorter } from './findings.ts'
import type { Gateway } from './gateway.ts'
import { columns } from './help.ts'

/** What a person sees when the gateway is up: what listens where, which pipelines, a line to try. */
export function readyScreen(gateway: Gateway, settings: Settings, tookMs: number): string {
  const revision = gateway.runtime.revision
  if (revision === undefined) return ''
  const routes = [...revision.routes.values()].flat()
  const addresses = new Map([...revision.model.listeners.keys()].map(name => [name, url(gateway.listeners.address(name))]))
  const listeners = [...addresses].map(([name, address]) => [`  ${name}`, address ?? ''] as const)
  const admin = gateway.admin === undefined ? [] : [['  admin', url(gateway.admin.address) ?? ''] as const]
  const pipelines = [...revision.model.pipelines.values()].flatMap(pipeline => rows(pipeline, routes))
  const example = tryLine(revision.model.pipelines, routes, addresses)
  return [
    `sluice is ready: ${settings.config.map(folder => shorter(folder, process.cwd())).join(' + ')} in ${Math.round(tookMs)} ms, revision ${gateway.outcome.revision}\n`,
    `${columns([...listeners, ...admin])}\n`,
    `${columns(pipelines)}\n`,
    ...(example === undefined ? [] : [`  try: ${example}\n`]),
  ].join('\n')
}

function rows(pipeline: PipelineModel, routes: readonly RouteEntry[]): readonly (readonly [string, string])[] {
  const channels = pipeline.channels.map(channel => described(channel, routes))
  return (channels.length === 0 ? ['(invoked by others)'] : channels).map((text, at) => [at === 0 ? `  ${pipeline.name}` : '', text])
}

function described(channel: ChannelModel, routes: readonly RouteEntry[]): string {
  const entry = routes.find(one => one.channels.includes(channel))
  return entry === undefined ? channel.type : `${channel.type} ${entry.route.methods.join(', ')} ${entry.route.path}`
}

/** A request to the first literal route whose pipeline's input schema gives an example, or that needs no body. */
function tryLine(
  pipelines: ReadonlyMap<string, PipelineModel>,
  routes: readonly RouteEntry[],
  addresses: ReadonlyMap<string, string | undefined>,
): string | undefined {
  const candidates = routes.filter(
    ({ route, channels }) =>
      route.methods.length === 1 && !route.path.includes('{') && channels.every(channel => (channel.format?.type ?? 'json') === 'json'),
  )
  const lines = candidates.map(entry => {
    const address = `${addresses.get(entry.route.listener)}${entry.route.path}`
    const [method = 'GET'] = entry.route.methods
    const example = inputExample(pipelines.get(entry.channels[0]?.pipeline ?? ''))
    if (method === 'GET') return { rank: 1, line: `curl ${address}` }
    if (example === undefined) return { rank: 2, line: `curl -X ${method} -d '{}' ${address}` }
    return { rank: 0, line: `curl ${method === 'POST' ? '' : `-X ${method} `}-d '${JSON.stringify(example)}' ${address}` }
  })
  return lines.sort((a, b) => a.rank - b.rank)[0]?.line
}

function inputExample(pipeline: PipelineModel | undefined): unknown {
  const input = pipeline?.input
  if (typeof input !== 'object' || input === null || !('examples' in input) || !Array.isArray(input.examples)) return undefined
  return input.examples[0]
}

function url(address: { readonly host: string; readonly port: number } | undefined): string | undefined {
  if (address === undefined) return undefined
  return `http://${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`
}
