// A million pairs against the package, in parts with seeds of their own: npm run test:oracle. Fails at the first difference without a reason.
import { agreement } from './oracle.ts'

const pairs = Number(process.env['ORACLE_PAIRS'] ?? 1_000_000)
const first = Number(process.env['ORACLE_SEED'] ?? 1)
const part = Math.min(pairs, 50_000)

const excused = new Map<string, number>()
let values = 0
let done = 0
const started = process.cpuUsage()
for (let seed = first; done < pairs; seed += 1) {
  const result = await agreement(part, seed)
  done += part
  values += result.values
  for (const [reason, count] of result.excused) excused.set(reason, (excused.get(reason) ?? 0) + count)
  const { user, system } = process.cpuUsage(started)
  console.log(`${done} pairs, ${((user + system) / 1e6).toFixed(0)} s of the processor (seed ${seed})`)
}
console.log(`${done} pairs agree; ${values} of them gave a value`)
for (const [reason, count] of excused) console.log(`excused ${count}: ${reason}`)
