import { gzipSync } from 'node:zlib'
import { type FeedRow, feedDocument, publishedRows } from './feed-documents.ts'

export interface FeedAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

const xml = { 'content-type': 'application/xml; charset=utf-8' }
const answer = (body: string | Buffer, headers: Readonly<Record<string, string>> = xml, status = 200): FeedAnswer => ({
  status,
  headers,
  body: Buffer.from(body),
})
const rowsOf = (rows: readonly FeedRow[]): string => feedDocument(rows)

/** What the feed may answer instead of the month that was asked for: each a function, so that a large one is made only when it is wanted. */
export const feedAnswers = {
  /** 500 with a page. */
  error: () => answer('<html><body><h1>Server Error</h1></body></html>', { 'content-type': 'text/html' }, 500),
  unavailable: () => answer('', { 'retry-after': '1' }, 503),
  /** A page of somebody's proxy, and 200. */
  html: () =>
    answer('<!DOCTYPE html><html><head><title>Maintenance</title></head><body><p>back soon<br></body></html>', {
      'content-type': 'text/html',
    }),
  empty: () => answer(''),
  truncated: () => answer(feedDocument(publishedRows).slice(0, 900)),
  /** Ten levels of ten entities: 10 GB for whoever expands them. */
  entityBomb: () => answer(entityBomb()),
  depthBomb: () => answer(`<feed>${'<a>'.repeat(100_000)}${'</a>'.repeat(100_000)}</feed>`),
  /** 32 MB of XML that is well-formed. */
  huge: () => answer(`<feed>${'<entry>0123456789abcdef</entry>'.repeat(1_100_000)}</feed>`),
  /** 32 MB in 32 kB. */
  gzipBomb: () => answer(gzipSync(Buffer.alloc(32 * 1024 * 1024, 0x20)), { ...xml, 'content-encoding': 'gzip' }),
  /** Says gzip, and is not. */
  notGzip: () => answer(feedDocument(publishedRows), { ...xml, 'content-encoding': 'gzip' }),
  otherElement: () => answer('<?xml version="1.0"?><error><code>7</code><message>no such collection</message></error>'),
  missingRate: () => answer(rowsOf([{ day: '2013-09-03', rate: undefined }, ...publishedRows.slice(1)])),
  nullRate: () => answer(rowsOf([{ day: '2013-09-03', rate: null }, ...publishedRows.slice(1)])),
  negative: () => answer(rowsOf([{ day: '2013-09-03', rate: '-0.39' }])),
  otherColumns: () =>
    answer(
      feedDocument(
        publishedRows,
        '<d:Id m:type="Edm.Int32">1</d:Id><d:RATE_TYPE>Real</d:RATE_TYPE><d:EXTRAPOLATION_FACTOR m:null="true" />',
      ),
    ),
  gzip: () => answer(gzipSync(feedDocument(publishedRows)), { ...xml, 'content-encoding': 'gzip' }),
  bom: () => answer(`\ufeff${feedDocument(publishedRows)}`),
  noEntry: () => answer(rowsOf([])),
  oneEntry: () => answer(rowsOf(publishedRows.slice(0, 1))),
} satisfies Record<string, () => FeedAnswer>

export type FeedFault = keyof typeof feedAnswers

/** The rows of one month, `201309`. */
export const monthOf = (rows: readonly FeedRow[], month: string | null): FeedAnswer =>
  answer(rowsOf(rows.filter(({ day }) => month !== null && day.replaceAll('-', '').startsWith(month))))

function entityBomb(): string {
  const levels = Array.from({ length: 10 }, (_, level) => `<!ENTITY e${level + 1} "${`&e${level};`.repeat(10)}">`)
  return `<?xml version="1.0"?><!DOCTYPE feed [<!ENTITY e0 "ha">${levels.join('')}]><feed>&e10;</feed>`
}
