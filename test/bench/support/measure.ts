import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** A server under measure: a process of its own, pinned to one core, which prints a line when it listens. */
export interface Peer {
  readonly name: string
  readonly start: () => Promise<Served>
}
export interface Served {
  readonly pid: number
  readonly url: string
  readonly stop: () => Promise<void>
  /** The last that it printed: what to look at when the load fails. */
  readonly tail: () => string
}
export interface Load {
  readonly path: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
  /** What every answer must be. */
  readonly answer: string
}
export interface Figures {
  readonly name: string
  /** CPU microseconds (user + system) a request: the median of the rounds that count. */
  readonly cpuUs: number
  readonly perSecond: number
  readonly rounds: number
}

/** The part of a round that the server must have been busy for it to count; less on a machine with other work. */
const busy = Number(process.env.BENCH_BUSY ?? 0.9)
const tickUs = 1_000_000 / Number(spawnSync('getconf', ['CLK_TCK']).stdout.toString() || '100')

/** Peers alternated in one run; a round counts only when the server was busy nine tenths of it. */
export async function measure(
  peers: readonly Peer[],
  load: (peer: Peer) => Load,
  options: { readonly rounds: number; readonly seconds: number; readonly connections: number },
): Promise<readonly Figures[]> {
  const running = new Map<Peer, Served>()
  const samples = new Map<Peer, { readonly cpuUs: number; readonly perSecond: number }[]>()
  try {
    for (const peer of peers) {
      const served = await peer.start()
      running.set(peer, served)
      samples.set(peer, [])
      await expectAnswer(served.url, load(peer))
      await wrk(served, load(peer), 1, options.connections)
    }
    for (let round = 0; round < options.rounds; round++)
      for (const [peer, served] of running) {
        const before = cpu(served.pid)
        const started = performance.now()
        const requests = await wrk(served, load(peer), options.seconds, options.connections)
        const elapsedUs = (performance.now() - started) * 1000
        const used = cpu(served.pid) - before
        if (used > busy * elapsedUs) samples.get(peer)?.push({ cpuUs: used / requests, perSecond: requests / options.seconds })
      }
  } finally {
    for (const served of running.values()) await served.stop()
  }
  return peers.map(peer => {
    const counted = samples.get(peer) ?? []
    return {
      name: peer.name,
      cpuUs: median(counted.map(sample => sample.cpuUs)),
      perSecond: median(counted.map(sample => sample.perSecond)),
      rounds: counted.length,
    }
  })
}

/** Starts a Node process on core 0 and waits for the line that says where it listens. */
export async function startPinned(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  ready: RegExp,
  url: string,
): Promise<Served> {
  const child = spawn('taskset', ['-c', '0', process.execPath, ...args], {
    env: { PATH: process.env.PATH ?? '', NODE_ENV: 'production', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  await seen(child, ready)
  let last = Buffer.alloc(0)
  // The pipes must not fill.
  for (const pipe of [child.stdout, child.stderr]) pipe.on('data', chunk => (last = chunk))
  return {
    pid: child.pid ?? 0,
    url,
    tail: () => last.toString().slice(-2000),
    stop: () =>
      new Promise(resolve => {
        child.once('exit', () => resolve())
        child.kill('SIGKILL')
      }),
  }
}

async function seen(child: ChildProcess, pattern: RegExp): Promise<void> {
  let text = ''
  await new Promise<void>((resolve, reject) => {
    const look = (chunk: Buffer): void => {
      text += chunk.toString()
      if (pattern.test(text)) resolve()
    }
    child.stdout?.on('data', look)
    child.stderr?.on('data', look)
    child.once('exit', code => reject(new Error(`a server under measure ended (${code}):\n${text}`)))
    setTimeout(() => reject(new Error(`a server under measure does not start:\n${text}`)), 60_000).unref()
  })
  child.stdout?.removeAllListeners('data')
  child.stderr?.removeAllListeners('data')
}

async function expectAnswer(url: string, load: Load): Promise<void> {
  const reply = await fetch(url + load.path, {
    method: load.body === undefined ? 'GET' : 'POST',
    ...(load.body === undefined ? {} : { body: load.body }),
    headers: { ...load.headers },
  })
  const text = await reply.text()
  if (reply.status !== 200 || text !== load.answer) throw new Error(`${url}${load.path} answered ${reply.status} ${text}`)
}

/** Requests done in the time, by wrk on core 1. Throws when one failed. */
async function wrk({ url, tail }: Served, load: Load, seconds: number, connections: number): Promise<number> {
  const lines = [
    load.body === undefined ? '' : `wrk.method = "POST"; wrk.body = ${lua(load.body)}`,
    ...Object.entries(load.headers ?? {}).map(([name, value]) => `wrk.headers[${lua(name)}] = ${lua(value)}`),
    'done = function(summary) io.write(string.format("requests=%d errors=%d\\n", summary.requests, summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.status + summary.errors.timeout)) end',
  ]
  const { writeFile, mkdtemp, rm } = await import('node:fs/promises')
  const folder = await mkdtemp('/tmp/sluice-wrk-')
  await writeFile(`${folder}/load.lua`, lines.join('\n'))
  const child = spawn('taskset', [
    '-c',
    '1',
    'wrk',
    '-t1',
    `-c${connections}`,
    `-d${seconds}s`,
    '-s',
    `${folder}/load.lua`,
    url + load.path,
  ])
  let text = ''
  child.stdout.on('data', chunk => (text += chunk))
  child.stderr.on('data', chunk => (text += chunk))
  await new Promise(resolve => child.once('close', resolve))
  await rm(folder, { recursive: true })
  const found = /requests=(\d+) errors=(\d+)/.exec(text)
  if (found === null || found[2] !== '0') throw new Error(`the load failed: ${text}\n${tail()}`)
  return Number(found[1])
}

/** Microseconds of user and system time that a process has used. */
export function cpu(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * tickUs
}

export const median = (values: readonly number[]): number => quantile(values, 0.5)

/** The value that this part of them is below: 1 for the greatest. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
}

const lua = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`

/** wrk, by apt where root; else says what to install. */
export function needWrk(): void {
  if (spawnSync('wrk', ['-v']).error === undefined) return
  if (process.getuid?.() === 0) spawnSync('sh', ['-c', 'apt-get update -q && apt-get install -y -q wrk'], { stdio: 'ignore' })
  if (spawnSync('wrk', ['-v']).error !== undefined) throw new Error('the bench needs wrk: apt-get install wrk')
}
