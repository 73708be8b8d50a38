/** A row of the feed: a day, and the text of its rate; null: `m:null="true"`, undefined: no RATE at all. */
export interface FeedRow {
  readonly day: string
  readonly rate: string | null | undefined
}

/** The published figures of the days that the samples have. */
export const publishedRows: readonly FeedRow[] = [
  { day: '2013-09-03', rate: '1.22' },
  { day: '2013-09-04', rate: '1.25' },
  { day: '2013-09-05', rate: '1.30' },
]

/** One month as the Treasury's feed writes it: OData in Atom. `columns`: other properties of every entry, before the two that count. */
export function feedDocument(rows: readonly FeedRow[], columns = ''): string {
  return `<?xml version="1.0" encoding="utf-8" standalone="yes"?>
<feed xml:base="http://data.treasury.gov/Feed.svc/" xmlns:d="${dataServices}" xmlns:m="${dataServices}/metadata" xmlns="http://www.w3.org/2005/Atom">
  <title type="text">DailyTreasuryRealLongTermRateAverageData</title>
  <id>http://data.treasury.gov/feed.svc/DailyTreasuryRealLongTermRateAverageData</id>
  <updated>2013-09-03T00:00:00Z</updated>
  <link rel="self" title="DailyTreasuryRealLongTermRateAverageData" href="DailyTreasuryRealLongTermRateAverageData" />
${rows.map((row, index) => entry(row, index + 1, columns)).join('')}</feed>
`
}

const dataServices = 'http://schemas.microsoft.com/ado/2007/08/dataservices'

function entry({ day, rate }: FeedRow, id: number, columns: string): string {
  return `  <entry>
    <id>http://data.treasury.gov/Feed.svc/DailyTreasuryRealLongTermRateAverageData(${id})</id>
    <title type="text"></title>
    <updated>${day}T00:00:00Z</updated>
    <author><name /></author>
    <category term="TreasuryDataWarehouseModel.DailyTreasuryRealLongTermRateAverageDatum" scheme="${dataServices}/scheme" />
    <content type="application/xml">
      <m:properties>
        ${columns}<d:QUOTE_DATE m:type="Edm.DateTime">${day}T00:00:00</d:QUOTE_DATE>
        ${rateElement(rate)}
      </m:properties>
    </content>
  </entry>
`
}

function rateElement(rate: string | null | undefined): string {
  if (rate === undefined) return ''
  if (rate === null) return '<d:RATE m:type="Edm.Double" m:null="true"></d:RATE>'
  return `<d:RATE m:type="Edm.Double">${rate}</d:RATE>`
}
