import { Batches } from '../durable/batches.ts'
import type { CompileOptions } from './options.ts'

/** Those of the process: batches outlive revisions. */
export const batchesOf = ({ state, store, clock, intake }: CompileOptions): Batches =>
  state.get('batches', '', () => new Batches({ store, clock, wake: (pipeline, afterMs) => intake.wake(pipeline, afterMs) }))
