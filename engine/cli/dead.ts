import type { GroupBody, LetterBody, LetterDetail, PageBody } from '../admin/dead-letters.ts'
import { formatSize } from '../core/duration.ts'
import { SluiceError } from '../core/errors.ts'
import { adminAt, ask, askOptions, expectBody } from './ask.ts'
import { type Command, exit, type Invocation } from './command.ts'
import { plural } from './findings.ts'

export const command: Command = {
  summary: 'Shows the messages that a running gateway gave up, runs them again, takes them away, writes them out.',
  usage: 'list | show ID | replay ID | drop ID | export [--pipeline NAME] [--code CODE] [--all] [--at URL] [--format text|json]',
  options: {
    ...askOptions,
    pipeline: { type: 'string', value: 'NAME', description: 'only those of this pipeline' },
    code: { type: 'string', value: 'CODE', description: 'only those that died of this code' },
    all: { type: 'boolean', description: 'replay, drop: every one there is' },
    format: { type: 'string', value: 'FORMAT', description: 'list, show: text (default) or json' },
  },
  run,
}

async function run(invocation: Invocation): Promise<number> {
  const [verb = 'list', id] = invocation.positionals
  if (verb === 'list') return await list(invocation)
  if (verb === 'show') return await show(id, invocation)
  if (verb === 'replay') return await replay(id, invocation)
  if (verb === 'drop') return await drop(id, invocation)
  if (verb === 'export') return await write(invocation)
  throw new SluiceError('BAD_REQUEST', `there is no "dead ${verb}"; write list, show ID, replay, drop or export`)
}

async function list({ terminal, options, settings }: Invocation): Promise<number> {
  const groups = await get<readonly GroupBody[]>(`/dead${narrowed(options)}`, { options, settings })
  if (options.format === 'json') terminal.out(`${JSON.stringify(groups, null, 2)}\n`)
  else if (groups.length === 0) terminal.err('sluice: there is no dead letter\n')
  else terminal.out(`${groups.map(groupText).join('\n')}`)
  return exit.ok
}

function groupText({ pipeline, code, count, bytes, first, last, newest }: GroupBody): string {
  const head = `${pipeline} ${code}: ${plural(count, 'message')}, ${formatSize(bytes)}, ${first === last ? last : `${first} to ${last}`}\n`
  const more = count > newest.length ? `  and ${count - newest.length} older\n` : ''
  return `${head}${newest.map(line).join('')}${more}`
}

const line = ({ id, diedAt, where = '', message }: LetterBody): string =>
  `  ${id}  ${diedAt}  ${where}${where === '' ? '' : '  '}${message}\n`

async function show(id: string | undefined, { terminal, options, settings }: Invocation): Promise<number> {
  if (id === undefined) throw new SluiceError('BAD_REQUEST', 'the id of a dead letter is missing; "sluice dead list" shows them')
  const found = await letter(id, { options, settings })
  if (options.format === 'json') {
    terminal.out(`${JSON.stringify(found, null, 2)}\n`)
    return exit.ok
  }
  const { body, encoding, violations, headers, source, ...facts } = found
  const rows = Object.entries({ ...facts, ...filled({ violations, headers, source }) })
  for (const [name, value] of rows) terminal.out(`${name.padEnd(12)} ${typeof value === 'string' ? value : JSON.stringify(value)}\n`)
  terminal.out(`\n${encoding === 'base64' ? `base64 ${body}` : body}\n`)
  return exit.ok
}

const filled = (all: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined && JSON.stringify(value) !== '{}'))

async function replay(id: string | undefined, invocation: Invocation): Promise<number> {
  const { replayed } = await act<{ readonly replayed: number }>('replay', id, invocation)
  invocation.terminal.out(`${plural(replayed, 'message')} put on the queue\n`)
  return exit.ok
}

async function drop(id: string | undefined, invocation: Invocation): Promise<number> {
  const { dropped } = await act<{ readonly dropped: number }>('drop', id, invocation)
  invocation.terminal.out(`${plural(dropped, 'message')} dropped\n`)
  return exit.ok
}

/** One line of JSON for each, the newest first, its body in base64. */
async function write({ terminal, options, settings }: Invocation): Promise<number> {
  for (let after: number | undefined; ; ) {
    const { letters, next } = await get<PageBody>(`/dead/letters${narrowed(options, after)}`, { options, settings })
    for (const { id } of letters) {
      const { body, encoding, ...facts } = await letter(id, { options, settings })
      const base64 = encoding === 'base64' ? body : Buffer.from(body).toString('base64')
      terminal.out(`${JSON.stringify({ ...facts, body: base64 })}\n`)
    }
    if (next === undefined) return exit.ok
    after = next
  }
}

type Asking = Pick<Invocation, 'options' | 'settings'>

const letter = (id: string, asking: Asking): Promise<LetterDetail> => get<LetterDetail>(`/dead/letters/${encodeURIComponent(id)}`, asking)

async function get<Body extends object>(path: string, asking: Asking): Promise<Body> {
  return expectBody(await ask('GET', `${adminAt(asking)}${path}`), isAny<Body>)
}

/** An id, or what the options name; to say nothing is refused by the gateway. */
async function act<Body extends object>(verb: string, id: string | undefined, { options, settings }: Invocation): Promise<Body> {
  const { pipeline, code, all } = options
  return expectBody(await ask('POST', `${adminAt({ options, settings })}/dead/${verb}`, { id, pipeline, code, all }), isAny<Body>)
}

/** The gateway answers each of these paths with one shape; a stranger's 200 has none of its errors. */
const isAny = <Body extends object>(body: object): body is Body => typeof body === 'object'

function narrowed({ pipeline, code }: Invocation['options'], after?: number): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries({ pipeline, code, after })) if (value !== undefined) query.set(name, String(value))
  return query.size === 0 ? '' : `?${query}`
}
