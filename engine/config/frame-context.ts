import type { Finding } from '../core/finding.ts'
import type { Place } from './framed.ts'
import type { Catalogue } from './schema-of.ts'
import type { Outside } from './substitute.ts'

/** What laying a document beside its schema needs to know besides the two. */
export interface FrameContext {
  readonly catalogue: Catalogue
  readonly outside: (place: Place) => Outside
  /** The type of a connector of the whole folder, by its name; undefined where there is none, or its type cannot be told. */
  readonly connectorType: (name: string) => string | undefined
  readonly report: (finding: Finding) => void
}
