import type { Framed, FramedScalar } from './framed.ts'
import { textIn } from './schema-of.ts'

export interface Reference {
  /** What kind of thing is named: `connector`, `operation`, `pipeline`, `plugin`, `security`, `listener`. */
  readonly to: string
  readonly name: string
  readonly scalar: FramedScalar
}

/** Every name in a tree that stands for something declared elsewhere; `security: none` stands for nothing. */
export function referencesIn(framed: Framed): readonly Reference[] {
  const found: Reference[] = []
  collect(framed, undefined, found)
  return found
}

function collect(framed: Framed, inherited: string | undefined, found: Reference[]): void {
  if (framed.kind === 'component') {
    collect(framed.config, undefined, found)
    collect(framed.modifiers, undefined, found)
  } else if (framed.kind === 'map') for (const entry of framed.entries.values()) collect(entry, undefined, found)
  else {
    const to = textIn(framed.schema, 'x-reference') ?? inherited
    if (framed.kind === 'list') for (const item of framed.items) collect(item, to, found)
    else if (framed.kind === 'scalar' && to !== undefined && isWritten(framed) && !(to === 'security' && framed.value === 'none'))
      found.push({ to, name: String(framed.value), scalar: framed })
  }
}

const isWritten = ({ template, faulty, value }: FramedScalar): boolean => template === undefined && !faulty && typeof value === 'string'
