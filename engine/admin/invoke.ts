import { asSluiceError } from '../core/errors.ts'
import type { Json } from '../core/message.ts'
import { errorRow, plain, type TraceRow, traceRow } from '../observe/trace.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { AdminRequest, Answer } from './route.ts'

/** Runs a pipeline once with the message given. The answer is 200 whether the pipeline succeeds or fails: `{ reply }` or `{ error }`, and `trace` where asked for. */
export async function invoke(runtime: Runtime, request: AdminRequest): Promise<Answer> {
  const given = object(request.body)
  const trace: TraceRow[] = []
  const watch = given.trace === true ? (event: Parameters<typeof traceRow>[0]): void => void trace.push(traceRow(event)) : undefined
  const traced = watch === undefined ? {} : { trace }
  try {
    const reply = await runtime.invoke(
      request.params.name ?? '',
      { body: { value: given.body }, headers: texts(given.headers), source: { query: texts(given.query), params: texts(given.params) } },
      { watch },
    )
    return { status: 200, body: { reply: { status: reply.status, headers: reply.headers, body: plain(reply.body) }, ...traced } }
  } catch (thrown) {
    const error = asSluiceError(thrown)
    if (error.code === 'NOT_FOUND' && error.at === undefined) return { status: 404, body: { error: errorRow(error) } }
    return { status: 200, body: { error: errorRow(error), ...traced } }
  }
}

function object(value: Json | undefined): { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as { readonly [key: string]: Json }) : {}
}

function texts(value: Json | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(object(value)).map(([name, text]) => [name, String(text)]))
}
