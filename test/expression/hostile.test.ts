import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { hostile } from './hostile.ts'

/**
 * On a quiet machine the worst takes 100 ms of the thread and 64 MB. Every process compiles and runs cold code: the gates leave two and a half times
 * the time, and twice the memory. Where the machine is slower just then, as a fixed piece of work beside it tells, the time is that much longer.
 */
const mostCpuMs = 250
const mostBytes = 128 << 20

const run = promisify(execFile)
const child = join(import.meta.dirname, 'hostile-child.ts')
// the children share what the first of them has compiled: starting them is most of this test's time
const cache = mkdtempSync(join(tmpdir(), 'expression-cache-'))
after(() => rmSync(cache, { recursive: true, force: true }))

interface Cost {
  readonly outcome: string
  /** 1 or less on a quiet machine. */
  readonly slowness: number
  readonly cpuMs: number
  readonly bytes: number
}

const mostMs = ({ slowness }: Cost): number => mostCpuMs * Math.max(1, slowness)

async function costOf(index: number): Promise<Cost> {
  const { stdout } = await run(process.execPath, ['--max-old-space-size=256', child, String(index)], {
    timeout: 20_000,
    env: { ...process.env, NODE_COMPILE_CACHE: cache },
  })
  const cost: Partial<Cost> = JSON.parse(stdout)
  assert.ok(cost.outcome !== undefined && cost.slowness !== undefined && cost.cpuMs !== undefined && cost.bytes !== undefined, stdout)
  return cost as Cost
}

test('no expression takes more time or memory than one evaluation may', { concurrency: 2 }, async parent => {
  assert.ok(hostile.length >= 56)
  const tests = hostile.map(({ name }, index) =>
    parent.test(name, async () => {
      let cost = await costOf(index)
      // What else the machine does only ever adds to the time: the least of three tells what the expression costs.
      for (let tries = 1; tries < 3 && cost.cpuMs >= mostMs(cost); tries++) cost = await costOf(index)
      assert.ok(cost.cpuMs < mostMs(cost), `took ${cost.cpuMs} of ${mostMs(cost)} ms of the thread: ${cost.outcome}`)
      assert.ok(cost.bytes < mostBytes, `took ${cost.bytes} bytes: ${cost.outcome}`)
    }),
  )
  await Promise.all(tests)
})
