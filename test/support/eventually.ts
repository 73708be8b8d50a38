import { setTimeout } from 'node:timers/promises'

/** Where there is no event to wait for: looks until it no longer throws, 30 seconds at most. */
export async function eventually<T>(look: () => T | Promise<T>, ms = 30_000): Promise<T> {
  const until = performance.now() + ms
  for (;;)
    try {
      return await look()
    } catch (error) {
      if (performance.now() > until) throw error
      await setTimeout(20)
    }
}
