import { spawn } from 'node:child_process'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { freePort } from './ports.ts'

export const root = fileURLToPath(new URL('../../', import.meta.url))

export interface GatewayProcess {
  /** `http://127.0.0.1:port` of the listener `public`. */
  readonly url: string
  readonly admin: string
  readonly pid: number
  /** All that it printed so far. */
  readonly output: { readonly out: string; readonly err: string }
  /** Lines of the log so far. */
  readonly lines: readonly string[]
  /** Resolves to the first line of the log that matches, from line number `from` on, be it there or still to come. */
  seen(pattern: RegExp, from?: number): Promise<RegExpExecArray>
  signal(name: NodeJS.Signals): void
  /** Sends SIGTERM; resolves to the exit code. Idempotent. */
  stop(): Promise<number | null>
  readonly exited: Promise<number | null>
}

export interface GatewayProcessOptions {
  /** Folder of pipelines; the project's own by default. */
  readonly config?: string
  readonly plugins?: string
  readonly environment?: Readonly<Record<string, string>>
  /** Told as soon as there is a process, long before it is ready. */
  readonly spawned?: (pid: number) => void
}

/** Starts the gateway as a user does, in a process of its own, on free ports, and waits for its ready screen. */
export async function startProcess(options: GatewayProcessOptions = {}): Promise<GatewayProcess> {
  const [port, adminPort] = [await freePort(), await freePort()]
  const url = `http://127.0.0.1:${port}`
  const data = await mkdtemp(join(tmpdir(), 'sluice-data-'))
  const environment = {
    PATH: process.env.PATH ?? '',
    SLUICE_LISTEN: `127.0.0.1:${port}`,
    SLUICE_ADMIN: `127.0.0.1:${adminPort}`,
    SLUICE_CONFIG: options.config ?? join(root, 'pipelines'),
    SLUICE_PLUGINS: options.plugins ?? join(root, 'plugins'),
    SLUICE_LOG: 'info,json',
    SLUICE_DATA: data,
    TREASURY_URL: `${url}/sample`,
    ...options.environment,
  }
  const child = spawn(process.execPath, [join(root, 'engine/sluice.js'), 'run'], {
    env: environment,
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (child.pid !== undefined) options.spawned?.(child.pid)
  const output = { out: '', err: '' }
  const lines: string[] = []
  const waiting = new Set<() => void>()
  const look = (): void => {
    for (const one of waiting) one()
  }
  child.stdout.on('data', chunk => {
    output.out += chunk
    look()
  })
  createInterface({ input: child.stderr }).on('line', line => {
    lines.push(line)
    output.err += `${line}\n`
    look()
  })
  // Not at its exit: what it said last may still be on its way.
  const exited = new Promise<number | null>(resolve => child.once('close', code => resolve(code))).finally(() =>
    rm(data, { recursive: true, force: true }),
  )
  const until = (find: () => RegExpExecArray | null, what: string): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const one = (): void => {
        const found = find()
        if (found === null) return
        waiting.delete(one)
        resolve(found)
      }
      waiting.add(one)
      void exited.then(code =>
        reject(new Error(`the gateway ended (${code}) before ${what} was seen:\n${lines.slice(-50).join('\n')}\n${output.out}`)),
      )
      one()
    })
  const seen = (pattern: RegExp, from = 0): Promise<RegExpExecArray> => {
    let next = from
    return until(() => {
      for (; next < lines.length; next++) {
        const found = pattern.exec(lines[next] ?? '')
        if (found !== null) return found
      }
      return null
    }, `${pattern}`)
  }
  await until(() => /sluice is ready/.exec(output.out), 'the ready screen')
  let stopping = false
  return {
    url,
    admin: `http://127.0.0.1:${adminPort}`,
    pid: child.pid ?? 0,
    output,
    lines,
    seen,
    signal: name => void child.kill(name),
    stop() {
      if (!stopping) child.kill('SIGTERM')
      stopping = true
      return exited
    },
    exited,
  }
}

/** Runs one command of the command line to its end. */
export async function sluice(
  args: readonly string[],
  options: { readonly environment?: Readonly<Record<string, string>>; readonly folder?: string; readonly input?: string } = {},
): Promise<{
  readonly code: number | null
  readonly out: string
  readonly err: string
}> {
  const child = spawn(process.execPath, [join(root, 'engine/sluice.js'), ...args], {
    env: { PATH: process.env.PATH ?? '', ...options.environment },
    cwd: options.folder ?? root,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const output = { out: '', err: '' }
  child.stdout.on('data', chunk => (output.out += chunk))
  child.stderr.on('data', chunk => (output.err += chunk))
  child.stdin.end(options.input ?? '')
  const code = await new Promise<number | null>(resolve => child.once('close', resolve))
  return { code, ...output }
}

/** A folder of its own, with a copy of `from` where given; removed by `remove`. */
export async function scratch(from?: string): Promise<{ readonly folder: string; readonly remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-'))
  if (from !== undefined) await cp(from, folder, { recursive: true })
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}
