import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { root } from './gateway.ts'

/** A command that goes on until it is stopped. */
export interface RunningCommand extends AsyncDisposable {
  /** All that it printed so far, to the output and the error stream, as it came. */
  readonly text: string
  /** Resolves when text matches that was printed after the last match, be it there or still to come. */
  seen(pattern: RegExp): Promise<RegExpExecArray>
  /** Sends SIGTERM; resolves to the exit code. Whoever forgets it disposes of the command. */
  stop(): Promise<number | null>
}

export interface CommandOptions {
  readonly folder: string
  readonly environment?: Readonly<Record<string, string>>
  /** Milliseconds that `seen` waits; 60,000 by default. */
  readonly patienceMs?: number
}

/** Starts a command as a user does, in a process of its own. */
export function startCommand(args: readonly string[], { folder, environment, patienceMs = 60_000 }: CommandOptions): RunningCommand {
  // one pipe for both streams, so that what was printed first comes first
  const child = spawn('sh', ['-c', 'exec "$0" "$@" 2>&1', process.execPath, join(root, 'engine/sluice.js'), ...args], {
    env: { PATH: process.env.PATH ?? '', ...environment },
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let printed = ''
  let from = 0
  let look = (): void => undefined
  child.stdout.on('data', chunk => {
    printed += chunk
    look()
  })
  const exited = new Promise<number | null>(resolve => child.once('close', resolve))
  return {
    get text() {
      return printed
    },
    seen: pattern =>
      new Promise((resolve, reject) => {
        const fail = (why: string): void => reject(new Error(`${why} before ${pattern} was seen:\n${printed.slice(from)}`))
        const timer = setTimeout(() => fail('the time was over'), patienceMs)
        void exited.then(code => fail(`it ended (${code})`))
        look = () => {
          const found = pattern.exec(printed.slice(from))
          if (found === null) return
          clearTimeout(timer)
          from += found.index + found[0].length
          look = () => undefined
          resolve(found)
        }
        look()
      }),
    stop() {
      child.kill('SIGTERM')
      return exited
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exited
    },
  }
}
