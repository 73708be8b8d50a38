/** Every bench, one after the other; each prints ratios measured side by side in one run. */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('.', import.meta.url))
const benches = readdirSync(folder).filter(name => name.endsWith('.ts') && name !== 'bench.ts')
const wanted = process.argv.slice(2)
let failed = false
for (const name of benches.filter(one => wanted.length === 0 || wanted.includes(one.replace('.ts', '')))) {
  process.stdout.write(`\n== ${name.replace('.ts', '')}\n`)
  failed = spawnSync(process.execPath, [folder + name], { stdio: 'inherit' }).status !== 0 || failed
}
process.exitCode = failed ? 1 : 0
