import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { freePort } from './ports.ts'

/** A Redis of one's own: on a free port, without persistence, in a scratch folder. */
export interface RedisServer extends AsyncDisposable {
  readonly port: number
  /** With the password, where there is one. */
  readonly url: string
  /** Ends the process as a crash would; its values are lost. */
  kill(): Promise<void>
  /** Starts it again on the same port. */
  restart(): Promise<void>
  /** Takes connections, answers nothing. */
  freeze(): void
  thaw(): void
  /** Ends it for good. */
  stop(): Promise<void>
}

export async function startRedis(options: { readonly password?: string } = {}): Promise<RedisServer> {
  provideBinary()
  const port = await freePort()
  const folder = await mkdtemp(join(tmpdir(), 'redis-'))
  const { password } = options
  const settings = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder]
  if (password !== undefined) settings.push('--requirepass', password)
  let server = await launch(settings)
  const kill = async (): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return
    const gone = once(server, 'exit')
    server.kill('SIGKILL')
    await gone
  }
  const stop = async (): Promise<void> => {
    await kill()
    await rm(folder, { recursive: true, force: true })
  }
  return {
    port,
    url: `redis://${password === undefined ? '' : `:${encodeURIComponent(password)}@`}127.0.0.1:${port}`,
    kill,
    restart: async () => {
      await kill()
      server = await launch(settings)
    },
    freeze: () => void server.kill('SIGSTOP'),
    thaw: () => void server.kill('SIGCONT'),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

async function launch(settings: readonly string[]): Promise<ChildProcess> {
  // It dies with the process that tests, however that ends.
  const [command = '', ...leading] = [
    ...(spawnSync('setpriv', ['--version']).status === 0 ? ['setpriv', '--pdeathsig', 'KILL'] : []),
    'redis-server',
  ]
  const server = spawn(command, [...leading, ...settings], { stdio: ['ignore', 'pipe', 'inherit'] })
  const said: string[] = []
  for await (const line of createInterface({ input: server.stdout })) {
    if (line.includes('Ready to accept connections')) {
      server.stdout.resume()
      return server
    }
    said.push(line)
  }
  throw new Error(`redis-server did not start:\n${said.join('\n')}`)
}

function provideBinary(): void {
  if (spawnSync('redis-server', ['--version']).status === 0) return
  if (process.getuid?.() === 0) {
    // Run level 1 keeps the package from starting a server on the standard port.
    const env = { ...process.env, RUNLEVEL: '1', DEBIAN_FRONTEND: 'noninteractive' }
    spawnSync('apt-get', ['install', '--yes', '--no-install-recommends', 'redis-server'], { env, stdio: 'inherit' })
    if (spawnSync('redis-server', ['--version']).status === 0) return
  }
  throw new Error('these tests need redis-server: apt-get install redis-server')
}
