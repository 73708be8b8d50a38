import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout as pass } from 'node:timers/promises'
import { type GatewayProcess, scratch, startProcess } from '../support/gateway.ts'

/** A plugin that keeps the thread busy for `ms`. Line 4 is where. */
const plugin = `import { defineTransform } from 'sluice/plugin'
function spinInCircles(ms: number): void {
  const until = performance.now() + ms
  while (performance.now() < until);
}
export default defineTransform<{ ms: number }>({
  compile: ({ ms }) => message => {
    spinInCircles(ms)
    return message.body
  },
})
`
const schema = {
  $id: 'sluice:/transform/spin.json',
  title: 'Spin',
  description: 'Spins.',
  type: 'object',
  additionalProperties: false,
  properties: { ms: { type: 'integer', description: 'For how long.', default: 0 } },
}
const pipeline = (name: string, ms: number): string => `  ${name}:
    channels:
      - http: /${name}
        security: none
    steps:
      - plugin: spin
        with:
          ms: ${ms}
`

async function gateway(work: (gateway: GatewayProcess) => Promise<void>): Promise<void> {
  const { folder, remove } = await scratch()
  await mkdir(join(folder, 'plugins/spin'), { recursive: true })
  await mkdir(join(folder, 'pipelines'))
  await writeFile(join(folder, 'plugins/spin/plugin.ts'), plugin)
  await writeFile(join(folder, 'plugins/spin/schema.json'), JSON.stringify(schema))
  await writeFile(
    join(folder, 'pipelines/a.yaml'),
    `pipelines:\n${pipeline('quick', 1)}${pipeline('short', 2_500)}${pipeline('long', 9_000)}${pipeline('endless', 600_000)}`,
  )
  const running = await startProcess({ config: join(folder, 'pipelines'), plugins: join(folder, 'plugins') })
  try {
    assert.equal((await fetch(`${running.url}/quick`)).status, 200)
    await work(running)
  } finally {
    running.signal('SIGKILL')
    await running.exited
    await remove()
  }
}

/** Sticks until the watchdog says so and where, which then watches: its thread begins after the gateway, and waits where the machine is busy. Resolves to that line. */
async function watched({ url, seen }: GatewayProcess): Promise<string> {
  const told = seen(/.*event loop stuck.*spinInCircles.*/).then(([line]) => line)
  for (let count = 0; count < 10; count++) {
    assert.equal((await fetch(`${url}/short`)).status, 200)
    const line = await Promise.race([told, pass(3_000, undefined, { ref: false })])
    if (line !== undefined) return line
  }
  return assert.fail('nobody watches')
}

describe('a stuck event loop', { concurrency: 2, timeout: 240_000 }, () => {
  test('is told of after a second, with the function and the line that hold it up, and the process goes on', () =>
    gateway(async running => {
      const { url, stop } = running
      const { level, stuckMs, stuckIn } = JSON.parse(await watched(running))
      assert.equal(level, 'warn')
      assert.ok(stuckMs >= 1_000, `${stuckMs}`)
      assert.match(stuckIn, /^spinInCircles \(.*\/plugins\/spin\/plugin\.ts:[34]\)$/)
      assert.equal((await fetch(`${url}/quick`)).status, 200)
      assert.equal(await stop(), 0)
    }))

  test('that comes back after five seconds answers what it had, and the process ends with 70', () =>
    gateway(async running => {
      const { url, exited, output } = running
      await watched(running)
      // A machine that is so busy that the watchdog cannot look is taken for one that was asleep, and the time counts anew.
      let code: number | null | undefined
      for (let count = 0; count < 5 && code === undefined; count++) {
        assert.equal((await fetch(`${url}/long`)).status, 200)
        code = await Promise.race([exited, pass(15_000, undefined, { ref: false })])
      }
      assert.equal(code, 70)
      assert.match(output.err, /it ends when it comes back/)
    }))

  test('that does not come back for fifteen is killed, and says so before', () =>
    gateway(async running => {
      const { url, exited, output } = running
      await watched(running)
      const begun = performance.now()
      await assert.rejects(fetch(`${url}/endless`))
      assert.equal(await exited, null, 'it was killed by a signal')
      assert.ok(performance.now() - begun > 14_000)
      assert.match(output.err, /the process kills itself/)
    }))

  test('is none where the whole process was stopped, or the machine asleep', () =>
    gateway(async ({ url, signal, stop, output }) => {
      signal('SIGSTOP')
      // Only time itself can show that nothing comes of it.
      await pass(7_000)
      signal('SIGCONT')
      assert.equal((await fetch(`${url}/quick`)).status, 200)
      await pass(1_500)
      assert.equal((await fetch(`${url}/quick`)).status, 200)
      assert.equal(await stop(), 0)
      assert.doesNotMatch(output.err, /event loop stuck/)
    }))
})
