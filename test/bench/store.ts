// The SQLite store against a bare worker that is given the same rows in the same batches, in turn. Exit 1 where a gate is missed.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Worker } from 'node:worker_threads'
import { SqliteStore } from '../../engine/store/sqlite/sqlite.ts'

/** Commits at a time, of one row each; bytes of a body; milliseconds and number of rounds. */
const [writers, size, roundMs, rounds] = [256, 512, 2000, 5]
const gates = { ratio: 0.6, loopMs: 5 }

interface Subject {
  put(key: string, body: Uint8Array): Promise<unknown>
  close(): Promise<unknown>
}

function openStore(folder: string): Subject {
  const store = new SqliteStore({ file: join(folder, 'sluice.db'), holder: 'the bench', clock: { now: () => Date.now() } })
  return {
    put: (key, body) => store.commit([{ put: { kind: 'queue', key, group: 'orders', head: { key }, body }, expect: 'absent' }]),
    close: () => store.close(),
  }
}

function openBare(folder: string): Subject {
  const worker = new Worker(new URL('peers/bare-store.ts', import.meta.url), { workerData: join(folder, 'bare.db') })
  type Row = readonly [string, string, string, string, Uint8Array]
  const waiting: { readonly row: Row; readonly resolve: () => void }[] = []
  const sent: (() => void)[] = []
  worker.on('message', (count: number) => {
    for (const resolve of sent.splice(0, count)) resolve()
  })
  return {
    put: (key, body) =>
      new Promise<void>(resolve => {
        if (waiting.length === 0)
          setImmediate(() => {
            worker.postMessage(waiting.map(({ row }) => row))
            for (const one of waiting.splice(0)) sent.push(one.resolve)
          })
        waiting.push({ row: ['queue', key, 'orders', JSON.stringify({ key }), body], resolve })
      }),
    close: () => {
      const gone = new Promise(resolve => worker.once('exit', resolve))
      worker.postMessage('close')
      return gone
    },
  }
}

/** Rows a second, microseconds of the processor a row in all threads, and the 99th percentile of the delay of the event loop in milliseconds. */
interface Measured {
  readonly rate: number
  readonly cpuUs: number
  readonly loopMs: number
}

async function measure(open: (folder: string) => Subject): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-store-'))
  const subject = open(folder)
  const body = new Uint8Array(size).fill(120)
  await subject.put('first', body)
  const loop = monitorEventLoopDelay({ resolution: 1 })
  loop.enable()
  const before = process.cpuUsage()
  const begun = performance.now()
  let count = 0
  const write = async (): Promise<void> => {
    while (performance.now() - begun < roundMs) await subject.put(`row ${count++}`, body)
  }
  await Promise.all(Array.from({ length: writers }, write))
  const rate = (count / (performance.now() - begun)) * 1000
  const { user, system } = process.cpuUsage(before)
  loop.disable()
  await subject.close()
  await rm(folder, { recursive: true })
  return { rate, cpuUs: (user + system) / count, loopMs: loop.percentile(99) / 1e6 }
}

const median = (numbers: readonly number[]): number => [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? 0

const results: { readonly store: Measured; readonly bare: Measured }[] = []
for (let round = 0; round < rounds; round++) results.push({ store: await measure(openStore), bare: await measure(openBare) })
const [store, bare] = [median(results.map(one => one.store.rate)), median(results.map(one => one.bare.rate))]
const ratio = median(results.map(one => one.store.rate / one.bare.rate))
const cpu = median(results.map(one => one.bare.cpuUs / one.store.cpuUs))
const loopMs = median(results.map(one => one.store.loopMs))
const verdict = (met: boolean): string => (met ? 'ok' : 'MISSED')
process.stdout.write(`${writers} writers, ${size} bytes: store ${Math.round(store)} rows/s, bare worker ${Math.round(bare)} rows/s
ratio ${ratio.toFixed(2)}, by processor time ${cpu.toFixed(2)} (gate ${gates.ratio}) ${verdict(ratio >= gates.ratio)}
event loop p99 ${loopMs.toFixed(1)} ms (gate ${gates.loopMs}) ${verdict(loopMs < gates.loopMs)}\n`)
process.exitCode = ratio >= gates.ratio && loopMs < gates.loopMs ? 0 : 1
