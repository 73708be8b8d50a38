import { execFile } from 'node:child_process'
import { cp, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root, scratch } from './gateway.ts'

export interface Package extends AsyncDisposable {
  /** The tarball that `npm pack` made. */
  readonly tarball: string
  /** Paths of the files in it. */
  readonly files: readonly string[]
}

export interface Home extends AsyncDisposable {
  readonly folder: string
  /** Runs a program in the folder, and gives what it printed. Rejects when it fails. */
  run(program: string, ...args: readonly string[]): Promise<string>
}

const execute = promisify(execFile)
/** Milliseconds for one program, npm with an empty cache included. */
const timeout = 300_000
const unbuilt = new Set(['.git', 'node_modules', 'dist', 'data'])

/** `npm pack` in a copy of the checkout, so that two tests can do it at once, and a dist/ that lies around is not what is packed. */
export async function packed(): Promise<Package> {
  const { folder, remove } = await scratch()
  const checkout = join(folder, 'checkout')
  await cp(root, checkout, { recursive: true, filter: path => !unbuilt.has(path.slice(root.length)) })
  await symlink(join(root, 'node_modules'), join(checkout, 'node_modules'))
  const { stdout } = await execute('npm', ['pack', '--json', '--pack-destination', folder], {
    cwd: checkout,
    env: ownEnvironment(),
    timeout,
  })
  const [made]: readonly { readonly filename: string; readonly files: readonly { readonly path: string }[] }[] = JSON.parse(
    stdout.slice(stdout.indexOf('[\n')),
  )
  if (made === undefined) throw new Error(`npm pack made nothing: ${stdout}`)
  return { tarball: join(folder, made.filename), files: made.files.map(file => file.path), [Symbol.asyncDispose]: remove }
}

/** An empty folder with a manifest as `npm init` writes it, and these packages installed: tarballs, or names with a version. */
export async function installed(...packages: readonly string[]): Promise<Home> {
  const { folder, remove } = await scratch()
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), '{ "name": "home", "version": "1.0.0", "type": "commonjs" }\n')
  const run: Home['run'] = async (program, ...args) =>
    (await execute(program, args, { cwd: folder, env: ownEnvironment(), timeout })).stdout
  await run('npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', ...packages)
  return { folder, run, [Symbol.asyncDispose]: remove }
}

/** Why a test that installs packages cannot run here; false: it can. */
export async function registryAway(): Promise<string | false> {
  const patience = ['--fetch-retries=2', '--fetch-retry-mintimeout=1000', '--fetch-timeout=15000']
  const ask = ['view', 'kubernetes-types@1.30.0', 'version', '--prefer-online', ...patience]
  return await execute('npm', ask, { env: ownEnvironment(), timeout: 60_000 }).then(
    () => false as const,
    (error: Error) => `the registry of npm cannot be reached: ${error.message.split('\n')[1] ?? error.message}`,
  )
}

/** What a user's shell has: without what npm and the runner of tests tell their children, and without the checkout's own programs. */
export function ownEnvironment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_TEST|NODE_OPTIONS|INIT_CWD|SLUICE_)/.test(name))
  const path = (process.env.PATH ?? '').split(':').filter(folder => !folder.startsWith(root))
  return { ...Object.fromEntries(kept), PATH: path.join(':'), ...more }
}
