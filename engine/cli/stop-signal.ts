/** SIGTERM or SIGINT, whichever comes. */
export interface StopSignals {
  readonly first: Promise<void>
  /** Comes where somebody does not want to wait. */
  readonly second: Promise<void>
}

/** The process lives until the first, whatever else there is to do. */
export function stopSignals(): StopSignals {
  const first = Promise.withResolvers<void>()
  const second = Promise.withResolvers<void>()
  const awake = setInterval(() => undefined, 2 ** 30)
  let count = 0
  const stop = (): void => {
    clearInterval(awake)
    if (count++ === 0) first.resolve()
    else second.resolve()
  }
  // Not once: as process 1 of a container a second one would do nothing by itself.
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  return { first: first.promise, second: second.promise }
}
