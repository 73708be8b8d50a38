import type { Deferral, Receipt } from '../../core/component.ts'
import type { HttpChannel } from '../../core/config.gen.ts'
import type { Inbound, Reply } from '../../core/message.ts'
import { createXmlWriter } from '../../formats/xml-writer.ts'

/** A message that is taken before it is run: 202, and at `Location`, below the path that it came by, what became of it. JSON, or XML where that is the channel's format. */
export const deferral: Deferral<HttpChannel> = {
  route: ({ listener, path }) => ({ listener, methods: ['GET'], path: `${path.replace(/\/$/, '')}/${below}/{message}` }),
  accepted: (receipt, { source }, format) => {
    const location = `${pathOf(source).replace(/\/$/, '')}/${below}/${receipt.id}`
    return render(receipt, { status: 202, headers: { location }, format })
  },
  told: (receipt, format) => render(receipt, { status: 200, headers: { 'cache-control': 'no-store' }, format }),
}

const below = 'queued'

/** As the caller wrote it. */
const pathOf = ({ path }: Inbound['source']): string => (typeof path === 'string' ? path : '')

interface Rendering extends Pick<Reply, 'status' | 'headers'> {
  readonly format: string | undefined
}

function render({ id, state, at }: Receipt, { status, headers, format }: Rendering): Reply {
  const said = { id, state, at }
  if (format !== 'xml') return { status, headers, contentType: 'application/json', body: Buffer.from(JSON.stringify(said)) }
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n${createXmlWriter().element('message', said)}`
  return { status, headers, contentType: 'application/xml', body: Buffer.from(text) }
}
