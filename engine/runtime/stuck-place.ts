import { fileURLToPath } from 'node:url'

/** Where a thread was when it was looked at. */
export interface Place {
  readonly function: string
  /** `file:line`, counted from 1. */
  readonly at: string
}

/** A thread in native code cannot be stopped: how long it is waited for, in milliseconds. */
const patienceMs = 1_000
/** Calls that are given, the innermost first. */
const depth = 3

/**
 * What the main thread is doing: it is stopped by the debugger's protocol for as long as it takes to read its calls, and goes on. To be called by
 * another thread. Never rejects; undefined where it could not be stopped.
 */
export async function placeOfMainThread(): Promise<{ readonly stuckIn: string; readonly calls: readonly string[] } | undefined> {
  // Nobody else needs it, and it is slow to load.
  const { Session } = await import('node:inspector')
  const session = new Session()
  const files = new Map<string, string>()
  const { promise, resolve } = Promise.withResolvers<readonly Place[]>()
  let timer: NodeJS.Timeout | undefined
  try {
    session.connectToMainThread()
    session.on('Debugger.scriptParsed', ({ params }) => void files.set(params.scriptId, params.url))
    session.on('Debugger.paused', ({ params }) => {
      session.post('Debugger.resume')
      resolve(
        params.callFrames.map(({ functionName, location }) => ({
          function: functionName === '' ? 'an unnamed function' : functionName,
          at: `${pathOf(files.get(location.scriptId) ?? '')}:${location.lineNumber + 1}`,
        })),
      )
    })
    session.post('Debugger.enable')
    session.post('Debugger.pause')
    timer = setTimeout(() => resolve([]), patienceMs)
    const places = await promise
    const own = places.filter(({ at }) => !at.startsWith('node:'))
    const [first, ...others] = own.slice(0, depth).map(({ function: name, at }) => `${name} (${at})`)
    return first === undefined ? undefined : { stuckIn: first, calls: others }
  } catch {
    return undefined
  } finally {
    clearTimeout(timer)
    // Disconnecting ends a pause that comes too late.
    session.disconnect()
  }
}

const pathOf = (url: string): string => (url.startsWith('file:') ? fileURLToPath(url.replace(/\?.*/, '')) : url)
