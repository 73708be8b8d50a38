import { request } from 'undici'
import type { Revision } from '../compile/revision.ts'
import { suggestion } from '../config/near.ts'
import { asSluiceError } from '../core/errors.ts'
import type { Json } from '../core/message.ts'
import type { StepEvent } from '../core/scope.ts'
import { type ErrorRow, errorRow, plain, type TraceRow, traceRow } from '../observe/trace.ts'
import { type Command, exit, type Invocation } from './command.ts'
import { printFindings } from './findings.ts'
import { startGateway } from './gateway.ts'
import { InputError, readJson, readPairs } from './input.ts'

export const command: Command = {
  summary: 'Runs one pipeline once, by itself or in a running gateway.',
  usage: 'PIPELINE [--body JSON|@file|-] [--at URL] [--trace]',
  options: {
    body: { type: 'string', value: 'JSON', description: 'the body: JSON, @file, or - for the standard input', short: 'b' },
    headers: { type: 'string', value: 'PAIRS', description: "headers: 'x-tenant=acme&accept=text/csv'" },
    query: { type: 'string', value: 'PAIRS', description: "query parameters: 'page=2&size=10'" },
    params: { type: 'string', value: 'PAIRS', description: "path parameters: 'orderId=7'" },
    at: { type: 'string', value: 'URL', description: 'admin address of a running gateway: http://127.0.0.1:8081' },
    trace: { type: 'boolean', description: "shows every step's input, output and time" },
    format: { type: 'string', value: 'FORMAT', description: 'text (default) or json' },
  },
  run,
}

interface Given {
  readonly body: Json | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  readonly params: Readonly<Record<string, string>>
  readonly trace: boolean
}

interface Ended {
  readonly reply?: { readonly status: number; readonly headers?: unknown; readonly body?: Json | undefined }
  readonly error?: ErrorRow
  readonly trace?: readonly TraceRow[]
}

async function run(invocation: Invocation): Promise<number> {
  const { terminal, positionals, options } = invocation
  const [pipeline] = positionals
  try {
    if (pipeline === undefined) throw new InputError('a pipeline is missing: sluice invoke get-rate --body \'{"year":2013}\'')
    const body = typeof options.body === 'string' ? await readJson(options.body, terminal) : undefined
    const given = {
      body,
      headers: lowerCase(readPairs(options.headers)),
      query: readPairs(options.query),
      params: readPairs(options.params),
      trace: options.trace === true,
    }
    const ended = typeof options.at === 'string' ? await remotely(options.at, pipeline, given) : await here(invocation, pipeline, given)
    if (ended === undefined) return exit.cannotStart
    print(ended, invocation)
    return ended.error === undefined && (ended.reply?.status ?? 500) < 400 ? exit.ok : exit.failed
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    terminal.err(`sluice: ${error.message}\n`)
    return exit.failed
  }
}

/** In a gateway of its own, which has connectors and nothing that comes in. */
async function here({ terminal, settings, environment }: Invocation, pipeline: string, given: Given): Promise<Ended | undefined> {
  const gateway = await startGateway({
    settings: { ...settings, log: { ...settings.log, level: 'warn' } },
    environment,
    write: terminal.err,
    serving: false,
  })
  printFindings(gateway.outcome.findings, { terminal, format: 'text' })
  const trace: TraceRow[] = []
  const watch = given.trace ? (event: StepEvent): void => void trace.push(traceRow(event)) : undefined
  try {
    if (gateway.outcome.kind === 'broken') return undefined
    requirePipeline(pipeline, gateway.runtime.revision)
    const { headers, query, params } = given
    const {
      status,
      headers: replied,
      body,
    } = await gateway.runtime.invoke(pipeline, { body: { value: given.body }, headers, source: { query, params } }, { watch })
    return { reply: { status, headers: replied, body: plain(body) }, trace }
  } catch (error) {
    if (error instanceof InputError) throw error
    return { error: errorRow(asSluiceError(error)), trace }
  } finally {
    await gateway.stop(1_000)
  }
}

async function remotely(at: string, pipeline: string, given: Given): Promise<Ended> {
  const url = `${at.replace(/\/$/, '')}/pipelines/${encodeURIComponent(pipeline)}/invoke`
  const answer = await request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-sluice': 'cli' },
    body: JSON.stringify(given),
    headersTimeout: 3_600_000,
  }).catch((error: unknown) => {
    throw new InputError(`calling ${url}: ${error instanceof Error ? error.message || error.name : error}`)
  })
  const body: unknown = await answer.body.json().catch(() => undefined)
  const refusal = typeof body === 'object' && body !== null && 'error' in body && typeof body.error === 'string' ? body.error : undefined
  if (refusal !== undefined) throw new InputError(`${url} answered ${answer.statusCode}: ${refusal}`)
  if (!isEnded(body)) throw new InputError(`${url} answered ${answer.statusCode}, and not as the admin listener of a gateway does`)
  return body
}

/** What the admin listener's `invoke` gives: the shape below these two is its own. */
const isEnded = (body: unknown): body is Ended => typeof body === 'object' && body !== null && ('reply' in body || 'error' in body)

function requirePipeline(name: string, revision: Revision | undefined): void {
  const names = [...(revision?.pipelines.keys() ?? [])]
  if (names.includes(name)) return
  const hint = suggestion(name, names)
  throw new InputError(`there is no pipeline "${name}"${hint === undefined ? '' : ` (${hint})`}`)
}

const lowerCase = (headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(headers).map(([name, text]) => [name.toLowerCase(), text]))

function print(ended: Ended, { terminal, options }: Invocation): void {
  if (options.format === 'json') {
    terminal.out(`${JSON.stringify(ended, null, 2)}\n`)
    return
  }
  for (const row of ended.trace ?? []) terminal.err(`${traced(row)}\n`)
  if (ended.error !== undefined) {
    const { code, status, message, at, step, violations = [] } = ended.error
    terminal.err(`failed: ${code} (${status}): ${message}${at === undefined ? '' : `, in ${step} at ${at}`}\n`)
    for (const { pointer, text } of violations) terminal.err(`  ${pointer === '' ? '/' : pointer} ${text}\n`)
  }
  if (ended.reply?.body !== undefined) terminal.out(`${JSON.stringify(ended.reply.body, null, 2)}\n`)
}

function traced(row: TraceRow): string {
  const shown = (value: Json | undefined): string => (value === undefined ? '-' : JSON.stringify(value))
  const result =
    row.skipped === true ? 'skipped' : row.error === undefined ? shown(row.output) : `failed: ${row.error.code}: ${row.error.message}`
  return `${'  '.repeat(row.depth)}${row.step} ${row.verb} ${row.durationMs.toFixed(2)} ms\n${'  '.repeat(row.depth)}  in  ${shown(row.input)}\n${'  '.repeat(row.depth)}  out ${result}`
}
