import { createFamily, type Family } from './series.ts'

export interface MetricsOptions {
  /** Lines of series at most; what comes later is counted together under the label value `other`. 2,000 by default. */
  readonly most?: number
}

export interface Described {
  readonly name: string
  readonly help: string
  /** Names of the labels, three at most. */
  readonly labels: readonly string[]
}

/** Counts one more; label values in the order of the labels. */
export type Count = (a?: string, b?: string, c?: string) => void
/** Notes one duration, in seconds. */
export type Observe = (seconds: number, a?: string, b?: string, c?: string) => void
/** One value that is read: label values, then the number. */
export type Reading = readonly [labels: readonly string[], value: number]

/** Numbers for Prometheus: noted as things happen, rendered when somebody asks. */
export interface Metrics {
  counter(described: Described): Count
  /** Over the buckets of `durationBounds`. */
  histogram(described: Described): Observe
  /** Read whenever it is rendered: a gauge, or a counter that is kept elsewhere. */
  reading(type: 'gauge' | 'counter', described: Described, read: () => readonly Reading[]): void
  /** The text format, version 0.0.4. */
  render(): string
}

/** For what has no labels, or few values. */
const spareLines = 50

/** Upper bounds of the buckets of durations, in seconds. */
export const durationBounds = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30] as const

export function createMetrics({ most = 2_000 }: MetricsOptions = {}): Metrics {
  const renderers: (() => string)[] = []
  let left = most - spareLines
  const grant = (lines: number): boolean => {
    if (left < lines) return false
    left -= lines
    return true
  }
  const family = <Cell>({ labels }: Described, lines: number, make: () => Cell): Family<Cell> => {
    // For its `other`.
    left -= lines
    return createFamily({ depth: labels.length, make, grant: () => grant(lines) })
  }

  return {
    counter(described) {
      const cells = family(described, 1, () => ({ count: 0 }))
      renderers.push(() =>
        block(
          described,
          'counter',
          [...cells.all()].map(([values, { count }]) => line(described, values, count)),
        ),
      )
      return (a, b, c) => {
        cells.at(a, b, c).count++
      }
    },
    histogram(described) {
      const cells = family(described, durationBounds.length + 3, () => ({ sum: 0, buckets: new Float64Array(durationBounds.length + 1) }))
      renderers.push(() =>
        block(
          described,
          'histogram',
          [...cells.all()].flatMap(([values, cell]) => distribution(described, values, cell)),
        ),
      )
      return (seconds, a, b, c) => {
        const cell = cells.at(a, b, c)
        cell.sum += seconds
        let at = 0
        while (at < durationBounds.length && seconds > (durationBounds[at] ?? 0)) at++
        cell.buckets[at] = (cell.buckets[at] ?? 0) + 1
      }
    },
    reading(type, described, read) {
      const lines = (): readonly Reading[] => read().slice(0, Math.max(left, 5))
      renderers.push(() =>
        block(
          described,
          type,
          lines().map(([values, value]) => line(described, values, value)),
        ),
      )
    },
    render: () => renderers.map(render => render()).join(''),
  }
}

function block({ name, help }: Described, type: string, lines: readonly string[]): string {
  return `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${type}\n${lines.join('')}`
}

function line({ name, labels }: Described, values: readonly string[], value: number): string {
  return `${name}${shown(labels, values)} ${Number.isFinite(value) ? value : value > 0 ? '+Inf' : 'NaN'}\n`
}

interface Distribution {
  readonly sum: number
  readonly buckets: Float64Array
}

function distribution({ name, labels, help }: Described, values: readonly string[], { sum, buckets }: Distribution): readonly string[] {
  let count = 0
  const bounds = [...durationBounds.map(String), '+Inf']
  const lines = bounds.map((bound, at) => {
    count += buckets[at] ?? 0
    return line({ name: `${name}_bucket`, labels: [...labels, 'le'], help }, [...values, bound], count)
  })
  return [...lines, line({ name: `${name}_sum`, labels, help }, values, sum), line({ name: `${name}_count`, labels, help }, values, count)]
}

function shown(labels: readonly string[], values: readonly string[]): string {
  if (labels.length === 0) return ''
  return `{${labels.map((label, at) => `${label}="${escaped(values[at] ?? '')}"`).join()}}`
}

const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
