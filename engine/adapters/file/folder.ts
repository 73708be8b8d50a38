import { mkdir, realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import type { Host } from '../../core/component.ts'
import { SluiceError } from '../../core/errors.ts'
import { toFileError } from './file-error.ts'
import { namesOf } from './names-of.ts'

/** The folder of a connector: finds files below it, and follows no link that leads out of it. */
export class Folder {
  readonly #path: string
  readonly #host: Pick<Host, 'status'>

  constructor(path: string, host: Pick<Host, 'status'>) {
    this.#path = path
    this.#host = host
  }

  /** Its real path. Rejects with UNREACHABLE while it is not there: an unmounted volume is a system that is away. */
  async root(): Promise<string> {
    try {
      const real = await realpath(`${this.#path}${sep}.`)
      this.#host.status({ state: 'ready' })
      return real
    } catch (cause) {
      const { message } = toFileError(cause, `opening the folder ${this.#path}`)
      this.#host.status({ state: 'connecting', reason: message })
      throw new SluiceError('UNREACHABLE', message, { cause })
    }
  }

  /** The real path of a file that is there. */
  async find(path: string): Promise<string> {
    const names = namesOf(path)
    const root = await this.root()
    return inside(root, join(root, ...names), path)
  }

  /** Where a file may be written: the folders above it are made. */
  async make(path: string): Promise<string> {
    const names = namesOf(path)
    const root = await this.root()
    let above = root
    for (const name of names.slice(0, -1)) above = await enter(root, join(above, name), path)
    return join(above, names.at(-1) ?? '')
  }
}

async function enter(root: string, folder: string, path: string): Promise<string> {
  try {
    await mkdir(folder)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw toFileError(error, `making the folders of ${path}`)
  }
  return inside(root, folder, path)
}

async function inside(root: string, target: string, path: string): Promise<string> {
  const real = await realpath(target).catch(error => {
    throw toFileError(error, `finding ${path}`)
  })
  const within = root.endsWith(sep) ? root : root + sep
  if (real.startsWith(within)) return real
  throw new SluiceError('UPSTREAM_REFUSED', `finding ${path}: a link leads out of the folder`, { answer: { status: 403 } })
}
