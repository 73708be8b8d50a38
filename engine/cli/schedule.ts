import type { ScheduleBody, TickBody } from '../admin/schedules.ts'
import { SluiceError } from '../core/errors.ts'
import { adminAt, ask, askOptions, expectBody } from './ask.ts'
import { type Command, exit, type Invocation } from './command.ts'
import { columns } from './help.ts'

export const command: Command = {
  summary: 'Shows the schedules of a running gateway, runs one now, pauses and resumes it.',
  usage: 'list | history NAME | run NAME | pause NAME | resume NAME [--at URL] [--format text|json]',
  options: {
    ...askOptions,
    format: { type: 'string', value: 'FORMAT', description: 'text (default) or json' },
  },
  run,
}

async function run(invocation: Invocation): Promise<number> {
  const [verb = 'list', name] = invocation.positionals
  const at = `${adminAt(invocation)}/schedules`
  if (verb === 'list') return await list(at, invocation)
  if (!['history', 'run', 'pause', 'resume'].includes(verb))
    throw new SluiceError('BAD_REQUEST', `there is no "schedule ${verb}"; write list, history, run, pause or resume`)
  if (name === undefined) throw new SluiceError('BAD_REQUEST', `the name of a schedule is missing; "sluice schedule list" shows them`)
  const url = `${at}/${encodeURIComponent(name)}/${verb}`
  return verb === 'history' ? await history(url, invocation) : await act(url, name, invocation)
}

async function list(url: string, { terminal, options }: Invocation): Promise<number> {
  const isList = (body: object): body is { schedules: readonly ScheduleBody[] } => 'schedules' in body
  const { schedules } = expectBody(await ask('GET', url), isList)
  if (options.format === 'json') terminal.out(`${JSON.stringify(schedules, null, 2)}\n`)
  else if (schedules.length === 0) terminal.err('sluice: there is no schedule\n')
  else terminal.out(`${columns(schedules.map(schedule => [schedule.name, describe(schedule)]))}\n`)
  return exit.ok
}

function describe({ times, paused, next: [first = 'never'], open, last }: ScheduleBody): string {
  const parts = [
    times,
    paused ? 'paused' : `next ${first}`,
    open === 0 ? '' : `${open} open`,
    last === undefined ? 'no run yet' : `last ${last.tick} ${ending(last)}`,
  ]
  return parts.filter(part => part !== '').join(', ')
}

const ending = ({ outcome, code }: TickBody): string => (code === undefined ? outcome : `${outcome}: ${code}`)

async function history(url: string, { terminal, options }: Invocation): Promise<number> {
  const isHistory = (body: object): body is { history: readonly TickBody[] } => 'history' in body
  const { history: ticks } = expectBody(await ask('GET', url), isHistory)
  if (options.format === 'json') terminal.out(`${JSON.stringify(ticks, null, 2)}\n`)
  else if (ticks.length === 0) terminal.err('sluice: no tick of it is over\n')
  else terminal.out(`${columns(ticks.map(row))}\n`)
  return exit.ok
}

function row(tick: TickBody): readonly [string, string] {
  const { why, attempts, durationMs, node } = tick
  const because = why === 'tick' ? '' : why === 'start' ? ' at the start' : ' by hand'
  return [tick.tick, `${ending(tick)}${because}, ${durationMs} ms${attempts > 1 ? `, attempt ${attempts}` : ''}, ${node}`]
}

async function act(url: string, name: string, { terminal, options }: Invocation): Promise<number> {
  const isDone = (body: object): body is { tick?: string; paused?: boolean } => 'tick' in body || 'paused' in body
  const body = expectBody(await ask('POST', url), isDone)
  if (options.format === 'json') terminal.out(`${JSON.stringify(body)}\n`)
  else if (body.tick === undefined) terminal.out(`${name} ${body.paused ? 'is paused' : 'runs again'}\n`)
  else terminal.out(`${name} runs as ${body.tick}; "sluice schedule history ${name}" says how it ended\n`)
  return exit.ok
}
