import type { StepRecord } from '../core/ports.ts'
import type { Metrics } from './metrics.ts'

/** Counts the steps that may wait. There can be many more of them than of all else: `metrics` is their own, so that they take no room of others. */
export function stepMetrics(metrics: Metrics): (record: StepRecord) => void {
  const steps = metrics.counter({
    name: 'sluice_steps_total',
    help: 'Steps that may wait, each with its repetitions and its catch: outcome is ok or the code of the error.',
    labels: ['pipeline', 'step', 'outcome'],
  })
  const durations = metrics.histogram({
    name: 'sluice_step_duration_seconds',
    help: 'How long such a step took, with its repetitions.',
    labels: ['pipeline', 'step'],
  })
  return ({ pipeline, step, error, durationMs }) => {
    steps(pipeline, step, error ?? 'ok')
    durations(durationMs / 1000, pipeline, step)
  }
}
