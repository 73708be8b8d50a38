import { type Bound, defineServed, type WireRequest } from '../../core/component.ts'
import type { HttpChannel } from '../../core/config.gen.ts'
import type { Headers, Reply } from '../../core/message.ts'
import { checkPath } from './path.ts'
import { renderProblem } from './problem.ts'

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
})

const taken = {
  pointer: '/path',
  message: 'another channel answers this method on this path',
  hint: 'give one of them another path or method',
}

async function receive(request: WireRequest, { handle }: Bound<HttpChannel>): Promise<Reply> {
  const body = await request.body()
  const { id, method, path, params, query, headers, principal } = request
  const contentType = text(headers, 'content-type')
  const traceparent = text(headers, 'traceparent')
  return handle({ body, contentType, headers, source: { method, path, params, query }, id, traceparent, principal }, request)
}

function text(headers: Headers, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : undefined
}
