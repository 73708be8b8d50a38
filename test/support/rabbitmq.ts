import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { signedByAuthority } from './certificates.ts'
import { freePort } from './ports.ts'

/** A RabbitMQ of one's own: on free ports, with a node name, a cookie and a scratch folder that are its own. Starting takes seconds: one for a file of tests. */
export interface RabbitServer extends AsyncDisposable {
  readonly port: number
  /** With name and password. */
  readonly url: string
  /** Over TLS: only who shows a certificate of the same authority is let in. */
  readonly secureUrl: string
  readonly tls: Certificates
  /** Ends the process as a crash would; what is durable stays on the disk. */
  kill(): Promise<void>
  /** Ends it as whoever looks after the machine does: it says goodbye to all. */
  end(): Promise<void>
  /** Starts it again on the same ports, with the same data. */
  restart(): Promise<void>
  /** Its name among nodes, and the folder with the cookie that opens it. */
  readonly node: { readonly name: string; readonly home: string }
  /** Takes connections, answers nothing. */
  freeze(): void
  thaw(): void
  /** What an operator says to it: `rabbitmqctl`. Gives what that prints. */
  control(...words: readonly string[]): Promise<string>
}

type Certificates = ReturnType<typeof signedByAuthority>

export const rabbitPassword = 'open-sesame'

export async function startRabbit(): Promise<RabbitServer> {
  provideBinary()
  const folder = await mkdtemp(join(tmpdir(), 'rabbitmq-'))
  const [port, securePort, distribution] = [await freePort(), await freePort(), await freePort()]
  const tls = signedByAuthority()
  const settings = await prepare(folder, { port, securePort, tls })
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    // Whatever ends badly leaves nothing where the tests were started.
    ERL_CRASH_DUMP_SECONDS: '0',
    RABBITMQ_NODENAME: `test-${port}@localhost`,
    RABBITMQ_DIST_PORT: `${distribution}`,
    RABBITMQ_CONF_ENV_FILE: join(folder, 'none'),
    RABBITMQ_CONFIG_FILE: settings,
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'plugins'),
    RABBITMQ_MNESIA_BASE: join(folder, 'data'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_LOGS: '-',
    // The script becomes the server, and does not stand in front of it.
    RABBITMQ_ALLOW_INPUT: '1',
    RABBITMQ_SERVER_START_ARGS: '-noinput',
    // Two schedulers, and none that turns in circles while it waits: several servers share a small machine.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none',
  }
  let server = await launch(env)
  const leave = async (signal: NodeJS.Signals): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return
    const gone = once(server, 'exit')
    server.kill(signal)
    await gone
  }
  const kill = (): Promise<void> => leave('SIGKILL')
  return {
    port,
    url: `amqp://tester:${rabbitPassword}@127.0.0.1:${port}`,
    secureUrl: `amqps://tester:${rabbitPassword}@127.0.0.1:${securePort}`,
    tls,
    node: { name: `test-${port}@localhost`, home: folder },
    kill,
    end: () => leave('SIGTERM'),
    restart: async () => {
      await kill()
      server = await launch(env)
    },
    freeze: () => void server.kill('SIGSTOP'),
    thaw: () => void server.kill('SIGCONT'),
    control: (...words) => control(env, words),
    [Symbol.asyncDispose]: async () => {
      await kill()
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

const programs = '/usr/lib/rabbitmq/bin'

async function prepare(
  folder: string,
  { port, securePort, tls }: { readonly port: number; readonly securePort: number; readonly tls: Certificates },
): Promise<string> {
  const [settings, ca, cert, key] = [
    join(folder, 'rabbitmq.conf'),
    join(folder, 'ca.pem'),
    join(folder, 'cert.pem'),
    join(folder, 'key.pem'),
  ]
  const lines = [
    `listeners.tcp.local = 127.0.0.1:${port}`,
    `listeners.ssl.local = 127.0.0.1:${securePort}`,
    `ssl_options.cacertfile = ${ca}`,
    `ssl_options.certfile = ${cert}`,
    `ssl_options.keyfile = ${key}`,
    'ssl_options.verify = verify_peer',
    'ssl_options.fail_if_no_peer_cert = true',
    'default_user = tester',
    `default_pass = ${rabbitPassword}`,
    'disk_free_limit.absolute = 10MB',
  ]
  await Promise.all([
    writeFile(settings, `${lines.join('\n')}\n`),
    writeFile(ca, tls.ca),
    writeFile(cert, tls.cert),
    writeFile(key, tls.key),
    writeFile(join(folder, 'plugins'), '[].\n'),
  ])
  return settings
}

async function launch(env: NodeJS.ProcessEnv): Promise<ChildProcess> {
  // It dies with the process that tests, however that ends.
  const [command = '', ...leading] = [
    ...(spawnSync('setpriv', ['--version']).status === 0 ? ['setpriv', '--pdeathsig', 'KILL'] : []),
    join(programs, 'rabbitmq-server'),
  ]
  const server = spawn(command, leading, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const said: string[] = []
  for await (const line of createInterface({ input: server.stdout })) {
    if (line.includes('Server startup complete')) {
      server.stdout.resume()
      return server
    }
    said.push(line)
  }
  throw new Error(`rabbitmq-server did not start:\n${said.slice(-40).join('\n')}`)
}

async function control(env: NodeJS.ProcessEnv, words: readonly string[]): Promise<string> {
  const command = spawn(join(programs, 'rabbitmqctl'), ['--quiet', ...words], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const [printed, [code]] = await Promise.all([text(command.stdout), once(command, 'exit')])
  if (code !== 0) throw new Error(`rabbitmqctl ${words.join(' ')}: it ended with ${code}`)
  return printed
}

function provideBinary(): void {
  if (existsSync(join(programs, 'rabbitmq-server'))) return
  if (process.getuid?.() === 0) {
    // Run level 1 keeps the package from starting a server on the standard port.
    const env = { ...process.env, RUNLEVEL: '1', DEBIAN_FRONTEND: 'noninteractive' }
    spawnSync('apt-get', ['install', '--yes', '--no-install-recommends', 'rabbitmq-server'], { env, stdio: 'inherit' })
    if (existsSync(join(programs, 'rabbitmq-server'))) return
  }
  throw new Error('these tests need rabbitmq-server: apt-get install rabbitmq-server')
}
