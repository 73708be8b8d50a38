// Evaluates one of the hostile expressions and tells what it cost: processor time of its thread in milliseconds, memory in bytes above what the process had before,
// and how many times as long as on a quiet machine a fixed piece of work takes here and now.
import { compile } from '../../engine/expression/expression.ts'
import { hostile } from './hostile.ts'

const one = hostile[Number(process.argv[2])]
if (one === undefined) throw new Error('no such expression')
const body = one.body?.()
compile('$sum(a)').expression?.evaluate({ a: [1] }, { get: () => undefined })

// Of the size of a cache.
const table = new Float64Array(1 << 17)
const slowness = slownessOfMachine()
const before = process.resourceUsage().maxRSS
const start = process.threadCpuUsage()
const outcome = run(one.source)
const { user, system } = process.threadCpuUsage(start)
console.log(
  JSON.stringify({
    outcome,
    slowness: Math.max(slowness, slownessOfMachine()),
    cpuMs: (user + system) / 1000,
    bytes: (process.resourceUsage().maxRSS - before) * 1024,
  }),
)

function run(source: string): string {
  const { expression, findings } = compile(source)
  if (expression === undefined) return `refused: ${findings[0]?.message ?? ''}`
  try {
    const result = expression.evaluate(body, { get: () => undefined })
    return `value of ${JSON.stringify(result)?.length ?? 0} characters`
  } catch (error) {
    return `error: ${error instanceof Error ? error.message : String(error)}`
  }
}

/** Against a quiet machine of two cores, where this piece of work, which leaves no garbage, takes 20 ms. */
function slownessOfMachine(): number {
  const start = process.threadCpuUsage()
  for (let round = 0; round < 20; round++) for (let at = 0; at < table.length; at++) table[at] = (table[at] ?? 0) + Math.sqrt(at ^ round)
  const { user, system } = process.threadCpuUsage(start)
  return (user + system) / 20_000
}
