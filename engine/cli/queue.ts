import type { MessageBody, MessageDetail, QueueBody } from '../admin/queues.ts'
import { SluiceError } from '../core/errors.ts'
import { adminAt, ask, askOptions, expectBody } from './ask.ts'
import { type Command, exit, type Invocation } from './command.ts'
import { columns } from './help.ts'

export const command: Command = {
  summary: 'Shows what waits on the durable queues of a running gateway; pauses, resumes and purges one.',
  usage: 'list [PIPELINE] | show ID | pause PIPELINE | resume PIPELINE | purge PIPELINE --yes [--at URL] [--format text|json]',
  options: {
    ...askOptions,
    yes: { type: 'boolean', description: 'purge: takes the messages away; without it, says how many there are' },
    format: { type: 'string', value: 'FORMAT', description: 'text (default) or json' },
  },
  run,
}

const verbs: Readonly<Record<string, (name: string, invocation: Invocation) => Promise<number>>> = { show, pause, resume, purge }

async function run(invocation: Invocation): Promise<number> {
  const [verb = 'list', name] = invocation.positionals
  if (verb === 'list') return name === undefined ? await list(invocation) : await listMessages(name, invocation)
  const known = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined
  if (known === undefined) throw new SluiceError('BAD_REQUEST', `there is no "queue ${verb}"; write list, show, pause, resume or purge`)
  if (name === undefined)
    throw new SluiceError(
      'BAD_REQUEST',
      `the ${verb === 'show' ? 'id of a message' : 'name of a pipeline'} is missing; "sluice queue list" shows them`,
    )
  return await known(name, invocation)
}

async function list(invocation: Invocation): Promise<number> {
  const isList = (body: object): body is { queues: readonly QueueBody[] } => 'queues' in body
  const { queues } = expectBody(await ask('GET', `${adminAt(invocation)}/queues`), isList)
  const lines = queues.map((queue): readonly [string, string] => [queue.pipeline, describeQueue(queue)])
  return print(invocation, queues, lines, 'nothing waits on a queue')
}

/** A queue in words, behind its pipeline's name. */
export function describeQueue({ messages, bytes, running, oldest, paused, parked }: QueueBody): string {
  const parts = [
    `${messages} message${messages === 1 ? '' : 's'}, ${bytes} bytes`,
    running === 0 ? '' : `${running} running here`,
    oldest === undefined ? '' : `oldest ${oldest}`,
    paused === undefined ? '' : `paused since ${paused}`,
    parked ? 'parked: there is no such pipeline' : '',
  ]
  return parts.filter(part => part !== '').join(', ')
}

/** All of them, page by page; the bound is the queue's own. */
async function listMessages(pipeline: string, invocation: Invocation): Promise<number> {
  const isPage = (body: object): body is { messages: readonly MessageBody[]; next?: number } => 'messages' in body
  const url = `${queueAt(pipeline, invocation)}`
  const messages: MessageBody[] = []
  for (let after: number | undefined; ; ) {
    const page: { messages: readonly MessageBody[]; next?: number } = expectBody(
      await ask('GET', after === undefined ? url : `${url}?after=${after}`),
      isPage,
    )
    messages.push(...page.messages)
    after = page.next
    if (after === undefined) break
  }
  const lines = messages.map((message): readonly [string, string] => [message.id, describe(message)])
  return print(invocation, messages, lines, `nothing waits on the queue of ${pipeline}`)
}

function describe({ state, size, receivedAt, due, failed, error, lane }: MessageBody): string {
  const parts = [
    state,
    `${size} bytes`,
    `came ${receivedAt}`,
    state === 'waiting' && due !== undefined ? `next run ${due}` : '',
    failed === 0 ? '' : `failed ${failed} time${failed === 1 ? '' : 's'}: ${error}`,
    lane === undefined ? '' : `lane ${lane}`,
  ]
  return parts.filter(part => part !== '').join(', ')
}

async function show(id: string, invocation: Invocation): Promise<number> {
  const isMessage = (body: object): body is MessageDetail => 'id' in body && 'encoding' in body
  const message = expectBody(await ask('GET', `${adminAt(invocation)}/queued/${encodeURIComponent(id)}`), isMessage)
  const { body, headers, source, ...facts } = message
  const lines = Object.entries({ ...facts, headers: JSON.stringify(headers), source: JSON.stringify(source) }).map(
    ([name, value]): readonly [string, string] => [name, String(value)],
  )
  const code = print(invocation, message, lines, '')
  if (invocation.options.format !== 'json') invocation.terminal.out(`\n${body}\n`)
  return code
}

async function pause(pipeline: string, invocation: Invocation): Promise<number> {
  await ask('POST', `${queueAt(pipeline, invocation)}/pause`).then(body => expectBody(body, isAnswer))
  return print(invocation, { paused: true }, [[pipeline, 'is paused: messages are taken and kept, and none is begun']], '')
}

async function resume(pipeline: string, invocation: Invocation): Promise<number> {
  await ask('POST', `${queueAt(pipeline, invocation)}/resume`).then(body => expectBody(body, isAnswer))
  return print(invocation, { paused: false }, [[pipeline, 'runs again']], '')
}

/** As often as there is something to take away. */
async function purge(pipeline: string, invocation: Invocation): Promise<number> {
  const isPurge = (body: object): body is { purged: number; left: number } => 'purged' in body
  if (invocation.options.yes !== true) {
    invocation.terminal.err(`sluice: nothing was taken away; "sluice queue list ${pipeline}" shows what is there, --yes takes it away\n`)
    return exit.failed
  }
  let purged = 0
  for (;;) {
    const answer = expectBody(await ask('POST', `${queueAt(pipeline, invocation)}/purge`), isPurge)
    purged += answer.purged
    if (answer.left > 0 && answer.purged > 0) continue
    const left = answer.left === 0 ? '' : `; ${answer.left} that run are finished`
    return print(invocation, { purged, left: answer.left }, [[pipeline, `${purged} messages were taken away${left}`]], '')
  }
}

const isAnswer = (body: object): body is { paused: boolean } => 'paused' in body

const queueAt = (pipeline: string, invocation: Invocation): string => `${adminAt(invocation)}/queues/${encodeURIComponent(pipeline)}`

function print({ terminal, options }: Invocation, body: unknown, lines: readonly (readonly [string, string])[], empty: string): number {
  if (options.format === 'json') terminal.out(`${JSON.stringify(body, null, 2)}\n`)
  else if (lines.length === 0) terminal.err(`sluice: ${empty}\n`)
  else terminal.out(`${columns(lines)}\n`)
  return exit.ok
}
