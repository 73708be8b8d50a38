/** From the start of the process to its first answer, and its memory then: the work by hand beside the gateway on the rates example as it comes, with its cache in memory. */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../support/gateway.ts'
import { freePort } from '../support/ports.ts'
import { startRedis } from '../support/redis.ts'
import { median } from './support/measure.ts'

const redis = await startRedis()
const data = await mkdtemp(join(tmpdir(), 'sluice-start-'))
try {
  const rows = { bare: [] as number[], sluice: [] as number[] }
  const memory = { bare: [] as number[], sluice: [] as number[] }
  for (let round = 0; round < 7; round++)
    for (const name of ['bare', 'sluice'] as const) {
      const port = await freePort()
      const args = name === 'bare' ? [join(root, 'test/bench/peers/bare.ts')] : [join(root, 'engine/sluice.js'), 'run']
      const started = performance.now()
      const child = spawn(process.execPath, args, {
        cwd: root,
        stdio: 'ignore',
        env: {
          PATH: process.env.PATH ?? '',
          PORT: String(port),
          WORK: 'rates',
          ...(name === 'bare' ? { CACHE_URL: redis.url } : {}),
          SLUICE_LISTEN: `127.0.0.1:${port}`,
          SLUICE_ADMIN: `127.0.0.1:${await freePort()}`,
          SLUICE_DATA: data,
          TREASURY_URL: `http://127.0.0.1:${port}/sample`,
        },
      })
      const gone = new Promise<never>((_, reject) => child.once('exit', code => reject(new Error(`${name} ended with ${code}`))))
      await Promise.race([answered(`http://127.0.0.1:${port}/client1/get-rate`), gone])
      if (round > 0) rows[name].push(performance.now() - started)
      memory[name].push(residentMb(child.pid ?? 0))
      // Not SIGKILL: the compile cache is written at the end of a process.
      child.kill('SIGTERM')
      await gone.catch(() => undefined)
    }
  process.stdout.write('\nStart to first answer, and memory then (median of 6, after one start that fills the compile cache)\n')
  for (const name of ['bare', 'sluice'] as const)
    process.stdout.write(
      `  ${name.padEnd(8)} ${median(rows[name]).toFixed(0).padStart(5)} ms  ${median(memory[name]).toFixed(0).padStart(4)} MB\n`,
    )
  process.stdout.write(`  ratio ${(median(rows.sluice) / median(rows.bare)).toFixed(2)}\n`)
} finally {
  await redis.stop()
  await rm(data, { recursive: true, force: true })
}

/** Asks until somebody answers: every few milliseconds, so that asking does not take the time that the start needs. */
async function answered(url: string): Promise<void> {
  const ask = (): Promise<boolean> =>
    new Promise(resolve => {
      const asking = request(url, { method: 'POST' }, reply => {
        reply.resume().once('end', () => resolve(true))
      })
      asking.once('error', () => resolve(false))
      asking.end('{"year":2013,"month":9,"day":3}')
    })
  while (!(await ask())) await new Promise(resolve => setTimeout(resolve, 4))
}

function residentMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
}
