import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { freePort } from './ports.ts'

/** A PostgreSQL of one's own: on a free port, with its data in a scratch folder. */
export interface PostgresServer extends AsyncDisposable {
  readonly port: number
  /** With its password. */
  readonly url: string
  /** Ends all its processes as a crash would; what was committed is there again after `restart`. */
  kill(): Promise<void>
  /** Starts it again on the same port; one that runs is ended before, as an operator would. */
  restart(): Promise<void>
  /** Takes connections, answers nothing. */
  freeze(): void
  thaw(): void
  /** Ends it for good, and removes its data. */
  stop(): Promise<void>
}

/** Why these tests cannot run here; undefined where they can. */
export function withoutPostgres(): string | undefined {
  if (programs() !== undefined) return undefined
  if (process.getuid?.() === 0) {
    // No cluster is made by the package, and so none is started on the standard port.
    const env = { ...process.env, RUNLEVEL: '1', DEBIAN_FRONTEND: 'noninteractive' }
    spawnSync('apt-get', ['install', '--yes', '--no-install-recommends', 'postgresql'], { env, stdio: 'inherit' })
  }
  return programs() === undefined ? 'there is no PostgreSQL below /usr/lib/postgresql: apt-get install postgresql' : undefined
}

export async function startPostgres(): Promise<PostgresServer> {
  const missing = withoutPostgres()
  if (missing !== undefined) throw new Error(missing)
  const port = await freePort()
  const folder = await mkdtemp(join(tmpdir(), 'postgres-'))
  await initialise(folder)
  let server = await launch(folder, port)
  const database = `postgres://sluice:${password}@127.0.0.1:${port}/sluice`
  run('createdb', ['--maintenance-db', database.replace(/sluice$/, 'postgres'), 'sluice'])
  const end = async (signal: (pids: readonly number[]) => void): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return
    const pids = family(server)
    const gone = once(server, 'exit')
    signal(pids)
    await gone
    // Its processes hold the memory that the next server wants.
    while (pids.some(isAlive)) await setTimeout(5)
  }
  const kill = (): Promise<void> => end(pids => send(pids, 'SIGKILL'))
  const stop = async (): Promise<void> => {
    await kill()
    await rm(folder, { recursive: true, force: true })
  }
  return {
    port,
    url: database,
    kill,
    restart: async () => {
      // A fast shutdown: sessions are ended, nothing is lost.
      await end(([postmaster = 0]) => send([postmaster], 'SIGINT'))
      server = await launch(folder, port)
    },
    freeze: () => send(family(server), 'SIGSTOP'),
    thaw: () => send(family(server), 'SIGCONT'),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

const password = 'open-sesame'

async function initialise(folder: string): Promise<void> {
  const words = join(folder, 'password')
  await writeFile(words, password)
  const { uid } = runner()
  if (uid !== undefined) for (const path of [folder, words]) await chown(path, uid, uid)
  run('initdb', [
    '--no-sync',
    '--username=sluice',
    '--auth=scram-sha-256',
    `--pwfile=${words}`,
    '--encoding=UTF8',
    '--locale=C',
    dataOf(folder),
  ])
}

const dataOf = (folder: string): string => join(folder, 'data')

async function launch(folder: string, port: number): Promise<ChildProcess> {
  // It dies with the process that tests, however that ends. What it wrote outlives it without fsync, for as long as the machine stands.
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'fsync=off',
    'logging_collector=off',
    'lc_messages=C',
  ]
  const [command = '', ...leading] = [...runner().command, program('postgres')]
  const args = [...leading, '-D', dataOf(folder), ...settings.flatMap(setting => ['-c', setting])]
  const server = spawn(command, args, { cwd: folder, stdio: ['ignore', 'inherit', 'pipe'] })
  const said: string[] = []
  for await (const line of createInterface({ input: server.stderr })) {
    if (line.includes('database system is ready to accept connections')) {
      server.stderr.resume()
      return server
    }
    said.push(line)
  }
  throw new Error(`postgres did not start:\n${said.join('\n')}`)
}

/** Runs one of its programs to its end. */
function run(name: string, args: readonly string[]): void {
  const [command = '', ...leading] = [...runner().command, program(name)]
  const { status, stderr } = spawnSync(command, [...leading, ...args], { cwd: tmpdir(), encoding: 'utf8' })
  if (status !== 0) throw new Error(`${name} ended with ${status}: ${stderr}`)
}

/** It refuses to run as root: then as the user of its package. */
function runner(): { readonly command: readonly string[]; readonly uid: number | undefined } {
  const hasSetpriv = spawnSync('setpriv', ['--version']).status === 0
  const dying = hasSetpriv ? ['setpriv', '--pdeathsig', 'KILL'] : []
  if (process.getuid?.() !== 0) return { command: dying, uid: undefined }
  const uid = Number(spawnSync('id', ['--user', 'postgres'], { encoding: 'utf8' }).stdout)
  const as = ['setpriv', `--reuid=${uid}`, '--clear-groups']
  return { command: [...as, '--pdeathsig', 'KILL'], uid }
}

/** Where its programs are, the newest version's. */
export function programs(): string | undefined {
  const root = '/usr/lib/postgresql'
  const versions = existsSync(root) ? readdirSync(root) : []
  const newest = versions.sort((a, b) => Number(b) - Number(a)).find(version => existsSync(join(root, version, 'bin/postgres')))
  return newest === undefined ? undefined : join(root, newest, 'bin')
}

const program = (name: string): string => join(programs() ?? '', name)

/** The process that was started, and those that it started. */
function family(server: ChildProcess): readonly number[] {
  const pid = server.pid ?? 0
  const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', `${pid}`], { encoding: 'utf8' })
  return [pid, ...stdout.split('\n').map(Number).filter(Boolean)]
}

function send(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal)
    } catch {
      // It ended by itself meanwhile.
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}
