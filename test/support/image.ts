import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, cp, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Instruction, Stage } from './dockerfile.ts'
import { root, scratch } from './gateway.ts'
import { ownEnvironment } from './package.ts'

export interface Image extends AsyncDisposable {
  /** The folder that is `/` of the last stage. */
  readonly root: string
}

const execute = promisify(execFile)

/**
 * Builds the stages of a Dockerfile without an engine for containers: each has a folder for its `/`, and the Node that runs the tests. COPY takes
 * only what .dockerignore lets into the context; RUN runs, with absolute paths below that folder.
 */
export async function buildImage(stages: readonly Stage[]): Promise<Image> {
  const { folder, remove } = await scratch()
  await chmod(folder, 0o755)
  const context = join(folder, 'context')
  await mkdir(context)
  for (const name of await allowed()) await cp(join(root, name), join(context, name), { recursive: true })
  const roots = new Map(stages.map((stage, at) => [stage.name ?? String(at), join(folder, `stage-${at}`)]))
  let last = ''
  for (const [at, stage] of stages.entries()) {
    last = join(folder, `stage-${at}`)
    await mkdir(last)
    await buildStage(stage, last, from => (from === undefined ? context : roots.get(from)))
  }
  return { root: last, [Symbol.asyncDispose]: remove }
}

/** Our .dockerignore shuts everything out, and names what comes in. */
async function allowed(): Promise<readonly string[]> {
  const lines = (await readFile(join(root, '.dockerignore'), 'utf8')).split('\n').filter(line => line !== '' && !line.startsWith('#'))
  const [first, ...names] = lines
  if (first !== '*' || names.some(name => !name.startsWith('!'))) throw new Error('.dockerignore: "*", and "!name" for what is copied')
  return names.map(name => name.slice(1))
}

async function buildStage(stage: Stage, folder: string, sourceOf: (from: string | undefined) => string | undefined): Promise<void> {
  let workdir = '/'
  for (const instruction of stage.instructions) {
    if (instruction.name === 'WORKDIR') {
      workdir = instruction.text
      await mkdir(join(folder, workdir), { recursive: true })
    }
    if (instruction.name === 'COPY')
      await copy(instruction, sourceOf(instruction.flags['from']), join(folder, absolute(workdir, instruction)))
    if (instruction.name === 'RUN') await run(instruction, folder, join(folder, workdir))
  }
}

const absolute = (workdir: string, { text }: Instruction): string => {
  const target = text.split(' ').at(-1) ?? ''
  return target.startsWith('/') ? target : join(workdir, target)
}

async function copy({ text, line }: Instruction, source: string | undefined, target: string): Promise<void> {
  if (source === undefined) throw new Error(`Dockerfile:${line}: there is no such stage`)
  for (const name of text.split(' ').slice(0, -1)) {
    const from = join(source, name)
    if (!existsSync(from)) throw new Error(`Dockerfile:${line}: ${name} does not exist, or .dockerignore keeps it out`)
    // A folder's content is copied, a file into a folder.
    await cp(from, text.endsWith('/') ? join(target, name) : target, { recursive: true, verbatimSymlinks: true })
  }
}

async function run({ text, line }: Instruction, folder: string, cwd: string): Promise<void> {
  // Only root gives files away; who builds images is.
  if (text.startsWith('chown ') && process.getuid?.() !== 0) return
  const path = `${join(process.execPath, '..')}:${ownEnvironment().PATH}`
  const command = text.replaceAll(/(?<=\s)\/(?=\w)/g, `${folder}/`)
  await execute('sh', ['-e', '-c', command], {
    cwd,
    env: ownEnvironment({ PATH: path, npm_config_prefer_offline: 'true' }),
    timeout: 300_000,
  }).catch(cause => {
    throw new Error(`Dockerfile:${line}: ${text}`, { cause })
  })
}
