/** True when the work is done, false when the signal or the time, in milliseconds, came first. Rejects as the work does. */
export function inTime(work: Promise<unknown>, signal: AbortSignal, ms: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const late = (): void => end(() => resolve(false))
    const timer = setTimeout(late, ms)
    const end = (settle: () => void): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', late)
      settle()
    }
    signal.addEventListener('abort', late, { once: true })
    if (signal.aborted) late()
    work.then(
      () => end(() => resolve(true)),
      (error: unknown) => end(() => reject(error)),
    )
  })
}
