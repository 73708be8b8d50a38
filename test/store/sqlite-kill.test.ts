import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { systemClock } from '../../engine/core/ports.ts'
import type { Store } from '../../engine/core/store.ts'
import { SqliteStore } from '../../engine/store/sqlite/sqlite.ts'
import { scratch } from '../support/gateway.ts'
import { bodyOf } from './written.ts'

const kills = Number(process.env.STORE_KILLS ?? 3)

test('after a kill -9 what was answered is there, and what was not is whole or absent, again and again', async t => {
  const { folder, remove } = await scratch()
  t.after(remove)
  const file = join(folder, 'sluice.db')
  const answered = new Set<number>()
  let first = 0
  for (let kill = 0; kill < kills; kill++) {
    for (const number of await writeUntilKilled({ file, first, lines: 20 + Math.floor(Math.random() * 200) })) answered.add(number)
    const store = new SqliteStore({ file, holder: 'the test', clock: systemClock })
    const there = await readAll(store)
    for (const number of answered) assert.ok(there.has(number), `${number} was answered and is lost`)
    for (const [number, keys] of there) {
      const isTaken = number % 10 === 0 && there.has(number + 10)
      assert.deepEqual(keys, isTaken ? [`${number}/a`] : [`${number}/a`, `${number}/b`], `a part of ${number}`)
    }
    const counted = (await store.measure('queue')).reduce((sum, { count }) => sum + count, 0)
    assert.equal(counted, [...there.values()].flat().length)
    first = Math.max(...there.keys()) + 1
    await store.close()
  }
  assert.ok(answered.size >= kills * 20, `${answered.size}`)
})

/** The keys of each number. */
async function readAll(store: Store): Promise<ReadonlyMap<number, readonly string[]>> {
  const there = new Map<number, string[]>()
  for (const { key, head } of await store.list({ kind: 'queue', limit: 1_000_000 })) {
    const number = Number(head)
    there.set(number, [...(there.get(number) ?? []), key])
    if (key.endsWith('/a')) assert.deepEqual(Buffer.from((await store.get('queue', key))?.body ?? []), bodyOf(number))
  }
  return there
}

/** The numbers that were answered before the end. */
async function writeUntilKilled({ file, first, lines }: { file: string; first: number; lines: number }): Promise<readonly number[]> {
  const script = fileURLToPath(new URL('sqlite-writer.ts', import.meta.url))
  const child = spawn(process.execPath, [script, file, `${first}`], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  const answered: number[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    answered.push(Number(line))
    if (answered.length === lines) child.kill('SIGKILL')
  }
  await exited
  return answered
}
