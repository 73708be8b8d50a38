import type { AccessRecord, CallRecord, DeathRecord, Status, TickCount } from '../core/ports.ts'
import type { Metrics, Reading } from './metrics.ts'

/** How the gateway is, as far as it is measured. */
export interface Measured {
  readonly ready: boolean
  readonly degraded: string | undefined
  readonly revision: number
  readonly inFlight: number
  readonly bytesInFlight: number
  /** By pipeline, where there are any. */
  readonly deadLetters: ReadonlyMap<string, number>
  readonly components: ReadonlyMap<string, Status>
  /** As of the last time that the store was asked. */
  readonly queues: readonly QueueMeasure[]
}

export interface QueueMeasure {
  readonly pipeline: string
  readonly messages: number
  readonly bytes: number
  /** When the oldest message first came in, in milliseconds since the epoch. */
  readonly oldest: number | undefined
}

/** What the gateway counts of itself: one call an event. */
export interface GatewayMetrics {
  readonly access: (record: AccessRecord) => void
  readonly call: (record: CallRecord) => void
  readonly ticked: (count: TickCount) => void
  readonly died: (record: DeathRecord) => void
  readonly outcome: (outcome: { readonly kind: string }) => void
}

export function gatewayMetrics(metrics: Metrics, status: () => Measured): GatewayMetrics {
  const messages = metrics.counter({
    name: 'sluice_messages_total',
    help: 'Messages that are settled: outcome is ok or the code of the error.',
    labels: ['pipeline', 'channel', 'outcome'],
  })
  const durations = metrics.histogram({
    name: 'sluice_message_duration_seconds',
    help: 'From the arrival of a message until its reply.',
    labels: ['pipeline'],
  })
  const unrouted = metrics.counter({
    name: 'sluice_unrouted_requests_total',
    help: 'Requests that reached no pipeline.',
    labels: ['status'],
  })
  const calls = metrics.counter({
    name: 'sluice_calls_total',
    help: 'Calls of connectors, each with its repetitions: outcome is ok or the code of the error.',
    labels: ['connector', 'operation', 'outcome'],
  })
  const callDurations = metrics.histogram({
    name: 'sluice_call_duration_seconds',
    help: 'How long a call took, with its repetitions.',
    labels: ['connector', 'operation'],
  })
  const ticks = metrics.counter({
    name: 'sluice_schedule_ticks_total',
    help: 'Ticks of schedules that are over: ran, failed, skipped since the run before went on, missed since nobody could run them in time.',
    labels: ['component', 'outcome'],
  })
  const deaths = metrics.counter({
    name: 'sluice_dead_letters_total',
    help: 'Messages that were given up, by the code of the error.',
    labels: ['pipeline', 'code'],
  })
  const outcomes = metrics.counter({
    name: 'sluice_configuration_outcomes_total',
    help: 'Attempts to change the configuration, by how they ended.',
    labels: ['outcome'],
  })
  one(metrics, 'sluice_messages_in_flight', 'Messages that came in and are not settled.', () => status().inFlight)
  one(metrics, 'sluice_bytes_in_flight', 'Of the bodies of those messages.', () => status().bytesInFlight)
  one(metrics, 'sluice_ready', '1 where the gateway takes messages.', () => Number(status().ready))
  one(metrics, 'sluice_revision', 'Number of the revision that runs.', () => status().revision)
  one(metrics, 'sluice_degraded', '1 where what runs is not what the folder says.', () => Number(status().degraded !== undefined))
  metrics.reading(
    'gauge',
    { name: 'sluice_dead_letters', help: 'Dead letters in the store, a few seconds old.', labels: ['pipeline'] },
    () => [...status().deadLetters].map(([pipeline, count]) => [[pipeline], count]),
  )
  metrics.reading(
    'gauge',
    { name: 'sluice_component_state', help: '1 for the state that a component is in.', labels: ['component', 'state'] },
    () => [...status().components].map(([component, { state }]) => [[component, state], 1]),
  )
  queues(metrics, () => status().queues)
  return {
    access({ pipeline, channel, error, status: code, durationMs }) {
      if (pipeline === undefined) return unrouted(String(code ?? ''))
      messages(pipeline, channel, error ?? 'ok')
      durations(durationMs / 1000, pipeline)
    },
    call({ connector, operation, error, durationMs }) {
      calls(connector, operation, error ?? 'ok')
      callDurations(durationMs / 1000, connector, operation)
    },
    ticked({ component, outcome, count }) {
      for (let left = count; left > 0; left--) ticks(component, outcome)
    },
    died: ({ pipeline, code }) => deaths(pipeline, code),
    outcome: ({ kind }) => outcomes(kind),
  }
}

function queues(metrics: Metrics, read: () => readonly QueueMeasure[]): void {
  const gauge = (name: string, help: string, of: (queue: QueueMeasure) => number | undefined): void =>
    metrics.reading('gauge', { name, help, labels: ['pipeline'] }, () =>
      read().flatMap((queue): readonly Reading[] => {
        const value = of(queue)
        return value === undefined ? [] : [[[queue.pipeline], value]]
      }),
    )
  gauge('sluice_queue_messages', 'Messages on the durable queue of a pipeline, those that run included.', ({ messages }) => messages)
  gauge('sluice_queue_bytes', 'Their bodies and what is kept beside them.', ({ bytes }) => bytes)
  gauge('sluice_queue_oldest_timestamp_seconds', 'When the oldest of them first came in.', ({ oldest }) => oldest && oldest / 1000)
}

const one = (metrics: Metrics, name: string, help: string, read: () => number): void =>
  metrics.reading('gauge', { name, help, labels: [] }, () => [[[], read()]])
