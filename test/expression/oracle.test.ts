import assert from 'node:assert/strict'
import { test } from 'node:test'
import { agreement } from './oracle.ts'

const pairs = Number(process.env['ORACLE_PAIRS'] ?? 10_000)
const seed = Number(process.env['ORACLE_SEED'] ?? 20_240_607)

test(`any expression gives what the package gives, or fails where it fails (${pairs} pairs, seed ${seed})`, async () => {
  const { values, excused } = await agreement(pairs, seed)
  for (const [reason, count] of excused) console.log(`excused ${count}: ${reason}`)
  assert.ok(values > pairs / 2, `only ${values} pairs gave a value`)
})
