import type { Finding } from '../core/finding.ts'
import type { Place } from './framed.ts'
import type { Catalogue } from './schema-of.ts'
import type { Outside } from './substitute.ts'

/** What laying a document beside its schema needs to know besides the two. */
export interface FrameContext {
  readonly catalogue: Catalogue
  readonly outside: (place: Place) => Outside
  /** Types of the connectors of the whole folder, by name. */
  readonly connectorTypes: ReadonlyMap<string, string>
  readonly report: (finding: Finding) => void
}
