import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Metrics } from './metrics.ts'

/** Memory, processor time and how late the event loop is. Returns how to end the measuring. */
export function processMetrics(metrics: Metrics): () => void {
  const started = Date.now() / 1000 - process.uptime()
  const delay = monitorEventLoopDelay({ resolution: resolutionMs })
  delay.enable()
  const gauge = (name: string, help: string, read: () => number): void =>
    metrics.reading(name.endsWith('_total') ? 'counter' : 'gauge', { name, help, labels: [] }, () => [[[], read()]])
  gauge('process_resident_memory_bytes', 'Memory of the process.', () => process.memoryUsage.rss())
  gauge('nodejs_heap_used_bytes', 'Memory of its JavaScript values.', () => process.memoryUsage().heapUsed)
  gauge('process_cpu_seconds_total', 'Processor time since the start, of user and system.', () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1e6
  })
  gauge('process_start_time_seconds', 'When the process began, in seconds since 1970.', () => started)
  metrics.reading(
    'gauge',
    { name: 'nodejs_eventloop_delay_seconds', help: 'How late timers were since the last scrape.', labels: ['quantile'] },
    () => lateness(delay),
  )
  return () => void delay.disable()
}

/** How often is looked; what Node measures is the time between two looks. */
const resolutionMs = 20

function lateness(delay: ReturnType<typeof monitorEventLoopDelay>): readonly (readonly [readonly string[], number])[] {
  const seconds = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e9 - resolutionMs / 1e3)
  const read = [
    [['0.5'], seconds(delay.percentile(50))],
    [['0.99'], seconds(delay.percentile(99))],
    [['1'], seconds(delay.max)],
  ] as const
  delay.reset()
  return read
}
