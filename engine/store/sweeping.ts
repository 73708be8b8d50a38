import type { Store } from '../core/store.ts'

/** Milliseconds between two sweeps, and entries of one call: others wait for the disk no longer than for these. */
const [everyMs, most] = [10_000, 1000]

/** Removes from a store what is expired, from its first use on. Gives what ends it. A store that cannot sweep now says so by its status. */
export function keepSwept(store: Store): () => void {
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  const sweep = async (): Promise<void> => {
    while (!stopped && (await store.sweep(most)) === most);
  }
  const wait = (): void => {
    timer = setTimeout(() => {
      void sweep()
        .catch(() => undefined)
        .finally(() => !stopped && wait())
    }, everyMs).unref()
  }
  let begun = false
  const begin = (): void => {
    if (begun) return
    begun = true
    wait()
  }
  // Nothing is opened for it.
  store.watch(status => status.state === 'ready' && begin())
  return () => {
    stopped = true
    clearTimeout(timer)
  }
}
