import { request } from 'undici'
import type { OutcomeBody, StatusBody } from '../admin/status.ts'
import { SluiceError } from '../core/errors.ts'
import { type Command, exit, type Invocation, type Terminal } from './command.ts'
import { counted, printFindings } from './findings.ts'
import { columns } from './help.ts'

export const command: Command = {
  summary: 'Shows how a running gateway is: its revision, the last changes, every component.',
  usage: '[--at URL] [--format text|json]',
  options: {
    at: { type: 'string', value: 'URL', description: 'admin address of the gateway; that of the settings by default' },
    format: { type: 'string', value: 'FORMAT', description: 'text (default) or json' },
  },
  run,
}

async function run({ terminal, settings, options }: Invocation): Promise<number> {
  const { host, port } = settings.admin
  const at = typeof options.at === 'string' ? options.at : `http://${host.includes(':') ? `[${host}]` : host}:${port}`
  const status = await ask(`${at.replace(/\/$/, '')}/status`)
  if (options.format === 'json') terminal.out(`${JSON.stringify(status, null, 2)}\n`)
  else print(status, terminal)
  return status.ready ? exit.ok : exit.failed
}

async function ask(url: string): Promise<StatusBody> {
  const answer = await request(url, { headersTimeout: 10_000, bodyTimeout: 10_000 }).catch((cause: Error) => {
    throw new SluiceError('UNREACHABLE', `there is no gateway at ${url}: ${cause.message || cause.name}`, { cause })
  })
  const body: unknown = await answer.body.json().catch(() => undefined)
  if (answer.statusCode !== 200 || !isStatus(body))
    throw new SluiceError('UPSTREAM_REFUSED', `${url} answered ${answer.statusCode}, and not as the admin listener of a gateway does`)
  return body
}

/** What only a gateway answers: the shape below is its own. */
const isStatus = (body: unknown): body is StatusBody =>
  typeof body === 'object' && body !== null && 'ready' in body && 'revision' in body && 'components' in body && 'outcomes' in body

function print(status: StatusBody, terminal: Terminal): void {
  const { ready, revision, hash, since, inFlight, reason, outcomes, components } = status
  const runs = since === undefined ? 'nothing runs' : `revision ${revision} (${hash}) since ${since}`
  terminal.out(`${ready ? 'ready' : 'not ready'}: ${runs}, ${inFlight} in flight\n`)
  if (reason !== undefined) terminal.out(`degraded: ${reason}\n`)
  terminal.out(`\nchanges\n${columns(outcomes.slice(0, 5).map(row))}\n`)
  if (components.length > 0)
    terminal.out(`\ncomponents\n${columns(components.map(({ id, state, reason: why = '' }) => [`  ${id}`, `${state} ${why}`.trim()]))}\n`)
  const [last] = outcomes
  if (last !== undefined) printFindings(last.findings, { terminal, format: 'text' })
}

const row = ({ at, kind, revision, findings, durationMs }: OutcomeBody): readonly [string, string] => [
  `  ${at}`,
  `${kind.padEnd(9)} revision ${revision}, ${counted(findings)}, ${durationMs} ms`,
]
