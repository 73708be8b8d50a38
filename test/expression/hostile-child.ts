// Evaluates one of the hostile expressions and tells what it cost: processor time in milliseconds, memory in bytes above what the process had before.
import { compile } from '../../engine/expression/expression.ts'
import { hostile } from './hostile.ts'

const one = hostile[Number(process.argv[2])]
if (one === undefined) throw new Error('no such expression')
const body = one.body?.()
compile('$sum(a)').expression?.evaluate({ a: [1] }, { get: () => undefined })

const before = process.resourceUsage().maxRSS
const start = process.cpuUsage()
const outcome = run(one.source)
const { user, system } = process.cpuUsage(start)
console.log(JSON.stringify({ outcome, cpuMs: (user + system) / 1000, bytes: (process.resourceUsage().maxRSS - before) * 1024 }))

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
