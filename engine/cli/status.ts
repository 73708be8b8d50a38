import type { OutcomeBody, StatusBody } from '../admin/status.ts'
import { adminAt, ask, askOptions, expectBody } from './ask.ts'
import { type Command, exit, type Invocation, type Terminal } from './command.ts'
import { counted, printFindings } from './findings.ts'
import { columns } from './help.ts'
import { describeQueue } from './queue.ts'

export const command: Command = {
  summary: 'Shows how a running gateway is: its revision, the last changes, every component.',
  usage: '[--at URL] [--format text|json]',
  options: {
    ...askOptions,
    format: { type: 'string', value: 'FORMAT', description: 'text (default) or json' },
  },
  run,
}

async function run(invocation: Invocation): Promise<number> {
  const { terminal, options } = invocation
  const status = expectBody(await ask('GET', `${adminAt(invocation)}/status`), isStatus)
  if (options.format === 'json') terminal.out(`${JSON.stringify(status, null, 2)}\n`)
  else print(status, terminal)
  return status.ready ? exit.ok : exit.failed
}

/** What only a gateway answers: the shape below is its own. */
const isStatus = (body: object): body is StatusBody => 'ready' in body && 'revision' in body && 'components' in body && 'outcomes' in body

function print(status: StatusBody, terminal: Terminal): void {
  const { ready, revision, hash, since, inFlight, reason, outcomes, components, queues } = status
  const runs = since === undefined ? 'nothing runs' : `revision ${revision} (${hash}) since ${since}`
  terminal.out(`${ready ? 'ready' : 'not ready'}: ${runs}, ${inFlight} in flight\n`)
  if (reason !== undefined) terminal.out(`degraded: ${reason}\n`)
  terminal.out(`\nchanges\n${columns(outcomes.slice(0, 5).map(row))}\n`)
  if (components.length > 0)
    terminal.out(`\ncomponents\n${columns(components.map(({ id, state, reason: why = '' }) => [`  ${id}`, `${state} ${why}`.trim()]))}\n`)
  if (queues.length > 0) terminal.out(`\nqueues\n${columns(queues.map(queue => [`  ${queue.pipeline}`, describeQueue(queue)]))}\n`)
  const [last] = outcomes
  if (last !== undefined) printFindings(last.findings, { terminal, format: 'text' })
}

const row = ({ at, kind, revision, findings, durationMs }: OutcomeBody): readonly [string, string] => [
  `  ${at}`,
  `${kind.padEnd(9)} revision ${revision}, ${counted(findings)}, ${durationMs} ms`,
]
