import { Marks } from '../durable/marks.ts'
import type { CompileOptions } from './options.ts'

/** Those of the process: claims outlive revisions. */
export const marksOf = ({ state, store, node, clock, log }: CompileOptions): Marks =>
  state.get('marks', '', () => new Marks({ store, node, clock, log }))
