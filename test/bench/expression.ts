// Ratios to the package in the same run: a rate alone says nothing on a shared machine. Exit 1 where a gate is missed.
import jsonata from 'jsonata'
import { compile } from '../../engine/expression/expression.ts'

interface Work {
  readonly name: string
  readonly source: string
  readonly body: unknown
  /** How many times as fast as the package it must be. */
  readonly gate: number
}

const items = Array.from({ length: 100 }, (_, index) => ({
  id: index,
  name: `item ${index}`,
  kind: `kind${index % 4}`,
  active: index % 3 !== 0,
  qty: index % 7,
  price: index * 1.25,
}))
const order = { id: 'o-1', status: 'paid', total: 120, customer: { name: 'Ada', city: 'Paris', country: 'FR' }, note: 'thanks', items }
const joined = { orders: items.slice(0, 10), products: items }

const works: readonly Work[] = [
  { name: 'comparison', source: 'status = "paid" and total > 100', body: order, gate: 12 },
  {
    name: 'object of 8 fields',
    source:
      '{"id": id, "state": status, "total": total, "name": customer.name, "city": customer.city, "country": customer.country, "note": note, "kind": "order"}',
    body: order,
    gate: 20,
  },
  { name: 'filter and sum of 100', source: '$sum(items[active and qty > 2].(qty * price))', body: order, gate: 25 },
  { name: '100 items to objects', source: 'items.{"sku": id, "label": name, "cost": qty * price, "live": active}', body: order, gate: 20 },
  { name: 'group 100 into 4', source: 'items{kind: {"count": $count(id), "sum": $sum(price)}}', body: order, gate: 15 },
  {
    name: 'text of 13 parts',
    source: 'id & ":" & status & ":" & customer.name & ":" & customer.city & ":" & customer.country & ":" & note & ":" & total',
    body: order,
    gate: 15,
  },
  {
    name: 'three dates',
    source:
      '[$toMillis("2024-05-06T07:08:09Z") + total, $fromMillis(1700000000000 + total), $fromMillis(1700000000000 + total, "[Y0001]-[M01]-[D01]")]',
    body: order,
    gate: 2,
  },
  {
    name: 'a date by three pictures',
    source: "$formatNumber(total + 1900, '0000') & '-' & $formatNumber(total / 40, '00') & '-' & $formatNumber(total / 10, '00')",
    body: order,
    gate: 20,
  },
  {
    name: 'regex replace and match',
    source: '[$replace(customer.name & note, /[aeiou]/, "*"), $match(note, /[a-z]+k(s)/).groups]',
    body: order,
    gate: 1.5,
  },
  {
    name: 'lambda and $reduce',
    source: '$reduce($map(items, function($i) { $i.qty * $i.price }), function($a, $b) { $a + $b })',
    body: order,
    gate: 25,
  },
  { name: 'join 10 x 100', source: 'orders@$o.products@$i[$i.id = $o.id].{"order": $o.name, "product": $i.name}', body: joined, gate: 20 },
]

const none = { get: (): undefined => undefined }
const failures: string[] = []

console.log('work                      package/s       ours/s   ratio   gate')
for (const work of works) {
  const ours = oursOf(work)
  const theirs = packageOf(work)
  const rounds: Rates[] = []
  for (let round = 0; round < 9; round += 1) rounds.push({ theirs: await rate(theirs, 1), ours: await rate(ours, 20) })
  const middle = rounds.slice(2).toSorted((a, b) => a.ours / a.theirs - b.ours / b.theirs)[3] ?? { theirs: 1, ours: 0 }
  const ratio = middle.ours / middle.theirs
  if (ratio < work.gate) failures.push(`${work.name}: ${ratio.toFixed(1)} of ${work.gate}`)
  const columns = [
    rounded(middle.theirs).padStart(11),
    rounded(middle.ours).padStart(13),
    ratio.toFixed(1).padStart(8),
    String(work.gate).padStart(7),
  ]
  console.log(work.name.padEnd(24) + columns.join(''))
}
const each = compileTime()
console.log(`parse and compile, each     ${(each * 1000).toFixed(0)} us (gate 1000)`)
if (each > 1) failures.push(`compiling takes ${each} ms`)
if (failures.length > 0) {
  console.log(`missed: ${failures.join('; ')}`)
  process.exitCode = 1
}

interface Rates {
  readonly theirs: number
  readonly ours: number
}

function packageOf(work: Work): () => unknown {
  const expression = jsonata(work.source)
  return () => expression.evaluate(work.body)
}

function oursOf(work: Work): () => unknown {
  const { expression } = compile(work.source)
  if (expression === undefined) throw new Error(`${work.name} does not compile`)
  return () => expression.evaluate(work.body, none)
}

/** Evaluations in a second of the processor's time, which other people's work does not shorten. */
async function rate(evaluate: () => unknown, burst: number): Promise<number> {
  let count = 0
  const start = process.cpuUsage()
  for (;;) {
    for (let turn = 0; turn < burst; turn += 1) {
      const answer = evaluate()
      if (answer instanceof Promise) await answer
    }
    count += burst
    const { user, system } = process.cpuUsage(start)
    if (user + system > 60_000) return (count * 1e6) / (user + system)
  }
}

function compileTime(): number {
  const start = performance.now()
  for (let turn = 0; turn < 20; turn += 1) for (const work of works) compile(work.source)
  return (performance.now() - start) / (20 * works.length)
}

function rounded(rate: number): string {
  return Math.round(rate).toLocaleString('en')
}
