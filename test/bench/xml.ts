// Reading and writing XML, as ratios to fast-xml-parser in the same run: `node test/bench/xml.ts`. The gates fail the run.
import { XMLBuilder, XMLParser } from 'fast-xml-parser'
import { parseXml } from '../../engine/formats/xml-reader.ts'
import { createXmlMapping } from '../../engine/formats/xml-value.ts'
import { createXmlWriter } from '../../engine/formats/xml-writer.ts'

const peer = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  maxNestedTags: 64,
})
const peerWriter = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@', suppressEmptyNode: true })
const { toValue } = createXmlMapping()
const writer = createXmlWriter()

const gates = { read: 1.3, write: 4 }
let failed = false
for (const lines of [4, 100, 4000]) {
  const value = order(lines)
  const text = writer.element('order', value)
  const rounds = Math.max(3, Math.round(2_000_000 / text.length))
  const read = compare(
    rounds,
    text.length,
    () => toValue(parseXml(text)),
    () => peer.parse(text),
  )
  const write = compare(
    rounds,
    text.length,
    () => writer.element('order', value),
    () => peerWriter.build({ order: value }),
  )
  report(`${(text.length / 1000).toFixed(0)} kB`, 'read', read)
  report(`${(text.length / 1000).toFixed(0)} kB`, 'write', write)
}
process.exitCode = failed ? 1 : 0

interface Comparison {
  readonly ours: number
  readonly theirs: number
}

/** Megabytes a second, the median of five rounds that take turns. */
function compare(rounds: number, bytes: number, ours: () => unknown, theirs: () => unknown): Comparison {
  const rates: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] }
  for (let turn = 0; turn < 7; turn++) {
    rates.ours.push(rate(rounds, bytes, ours))
    rates.theirs.push(rate(rounds, bytes, theirs))
  }
  return { ours: median(rates.ours.slice(2)), theirs: median(rates.theirs.slice(2)) }
}

function rate(rounds: number, bytes: number, work: () => unknown): number {
  const start = process.cpuUsage()
  for (let round = 0; round < rounds; round++) work()
  const { user, system } = process.cpuUsage(start)
  return (rounds * bytes) / (user + system)
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0
}

function report(size: string, work: 'read' | 'write', { ours, theirs }: Comparison): void {
  const ratio = ours / theirs
  if (ratio < gates[work]) failed = true
  console.log(
    `${size.padStart(8)} ${work.padEnd(5)} ${ours.toFixed(0).padStart(4)} MB/s, fast-xml-parser ${theirs.toFixed(0).padStart(4)} MB/s, ratio ${ratio.toFixed(2)} (gate ${gates[work]})`,
  )
}

function order(lines: number): { readonly [key: string]: string | { readonly [key: string]: string }[] } {
  const line = (number: number): { readonly [key: string]: string } => ({
    '@id': String(number),
    sku: `sku-${number}`,
    quantity: String((number % 7) + 1),
    price: (number * 1.25).toFixed(2),
    text: 'nuts & bolts, 4 mm, stainless',
  })
  return { id: 'o-1', customer: 'Jean Dupont', date: '2013-09-03', line: Array.from({ length: lines }, (_, index) => line(index)) }
}
