import type { AccessRecord, CallRecord, Status } from '../core/ports.ts'
import type { Metrics } from './metrics.ts'

/** How the gateway is, as far as it is measured. */
export interface Measured {
  readonly ready: boolean
  readonly degraded: string | undefined
  readonly revision: number
  readonly inFlight: number
  readonly components: ReadonlyMap<string, Status>
}

/** What the gateway counts of itself: one call an event. */
export interface GatewayMetrics {
  readonly access: (record: AccessRecord) => void
  readonly call: (record: CallRecord) => void
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
  const outcomes = metrics.counter({
    name: 'sluice_configuration_outcomes_total',
    help: 'Attempts to change the configuration, by how they ended.',
    labels: ['outcome'],
  })
  one(metrics, 'sluice_messages_in_flight', 'Messages that came in and are not settled.', () => status().inFlight)
  one(metrics, 'sluice_ready', '1 where the gateway takes messages.', () => Number(status().ready))
  one(metrics, 'sluice_revision', 'Number of the revision that runs.', () => status().revision)
  one(metrics, 'sluice_degraded', '1 where what runs is not what the folder says.', () => Number(status().degraded !== undefined))
  metrics.reading(
    'gauge',
    { name: 'sluice_component_state', help: '1 for the state that a component is in.', labels: ['component', 'state'] },
    () => [...status().components].map(([component, { state }]) => [[component, state], 1]),
  )
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
    outcome: ({ kind }) => outcomes(kind),
  }
}

const one = (metrics: Metrics, name: string, help: string, read: () => number): void =>
  metrics.reading('gauge', { name, help, labels: [] }, () => [[[], read()]])
