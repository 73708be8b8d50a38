import { type Bound, defineServed, type WireRequest } from '../../core/component.ts'
import type { HttpChannel } from '../../core/config.gen.ts'
import type { Headers, Reply } from '../../core/message.ts'
import { checkPath } from './path.ts'
import { renderProblem } from './problem.ts'
import { deferral } from './receipt.ts'

/** HTTP requests: one method on one path is one pipeline. Errors leave as problem details (RFC 9457). */
export default defineServed<HttpChannel>({
  speaks: 'bytes',
  route: ({ listener, method, path }) => ({ listener, methods: [method], path }),
  check: ({ path }) => checkPath(path),
  checkTogether: configs => configs.slice(1).map((_, index) => ({ at: index + 1, ...taken })),
  serve: bound => {
    const [only] = bound
    // The compiler calls this once for every route that some channel has.
    if (only === undefined) throw new RangeError('a route without a channel')
    return request => receive(request, only)
  },
  fault: (refusal, _request, _config, format) => renderProblem(refusal, format),
  deferral,
  keyed: { keyOf: ({ headers }) => text(headers, 'idempotency-key')?.trim(), named: 'the header Idempotency-Key' },
})

const taken = {
  pointer: '/path',
  message: 'another channel answers this method on this path',
  hint: 'give one of them another path or method',
}

const receive = (request: WireRequest, bound: Bound<HttpChannel>): Reply | Promise<Reply> =>
  request.hasBody ? request.body().then(body => hand(body, request, bound)) : hand(nothing, request, bound)

function hand(body: Uint8Array, request: WireRequest, { handle }: Bound<HttpChannel>): Reply | Promise<Reply> {
  const { id, method, path, params, query, headers, principal } = request
  const contentType = text(headers, 'content-type')
  const traceparent = text(headers, 'traceparent')
  return handle({ body, contentType, headers, source: { method, path, params, query }, id, traceparent, principal }, request)
}
const nothing = new Uint8Array(0)

function text(headers: Headers, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : undefined
}
