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

/** Without what npm tells its scripts, and without the checkout's own programs: what a user's shell has. */
export function ownEnvironment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const path = (process.env.PATH ?? '').split(':').filter(folder => !folder.startsWith(root))
  return { PATH: path.join(':'), HOME: process.env.HOME, ...more }
}
