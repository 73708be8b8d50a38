import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { hostile } from './hostile.ts'

/**
 * On a quiet machine the worst takes 100 ms of the processor and 64 MB. Every process compiles and runs cold code, on whatever machine it is:
 * the gates leave two and a half times the time, and twice the memory.
 */
const mostCpuMs = 250
const mostBytes = 128 << 20

const run = promisify(execFile)
const child = join(import.meta.dirname, 'hostile-child.ts')
// the children share what the first of them has compiled: starting them is most of this test's time
const cache = mkdtempSync(join(tmpdir(), 'expression-cache-'))
after(() => rmSync(cache, { recursive: true, force: true }))

test('no expression takes more time or memory than one evaluation may', { concurrency: 2 }, async parent => {
  assert.ok(hostile.length >= 56)
  const tests = hostile.map(({ name }, index) =>
    parent.test(name, async () => {
      const { stdout } = await run(process.execPath, ['--max-old-space-size=256', child, String(index)], {
        timeout: 20_000,
        env: { ...process.env, NODE_COMPILE_CACHE: cache },
      })
      const cost: unknown = JSON.parse(stdout)
      assert.ok(typeof cost === 'object' && cost !== null && 'cpuMs' in cost && 'bytes' in cost)
      assert.ok(Number(cost.cpuMs) < mostCpuMs, `took ${Number(cost.cpuMs)} ms of the processor: ${stdout}`)
      assert.ok(Number(cost.bytes) < mostBytes, `took ${Number(cost.bytes)} bytes: ${stdout}`)
    }),
  )
  await Promise.all(tests)
})
