/** Resolves at the first SIGTERM or SIGINT. The process lives that long, whatever else there is to do. */
export function stopSignal(): Promise<void> {
  return new Promise(resolve => {
    const awake = setInterval(() => undefined, 2 ** 30)
    const stop = (): void => {
      clearInterval(awake)
      resolve()
    }
    process.once('SIGTERM', stop)
    process.once('SIGINT', stop)
  })
}
