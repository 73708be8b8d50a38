import type { Framed, FramedScalar } from './framed.ts'
import { textIn } from './schema-of.ts'

export interface Reference {
  /** What kind of thing is named: `connector`, `operation`, `pipeline`, `plugin`, `security`, `listener`. */
  readonly to: string
  readonly name: string
  readonly scalar: FramedScalar
}

/** Every name in a tree that stands for something declared elsewhere; `security: none` stands for nothing. */
export function* referencesIn(framed: Framed, inherited?: string): Generator<Reference> {
  const to = textIn(framed.schema, 'x-reference') ?? inherited
  if (framed.kind === 'scalar') {
    const written = framed.template === undefined && !framed.faulty && typeof framed.value === 'string'
    if (to !== undefined && written && !(to === 'security' && framed.value === 'none'))
      yield { to, name: String(framed.value), scalar: framed }
  } else if (framed.kind === 'list') for (const item of framed.items) yield* referencesIn(item, to)
  else if (framed.kind === 'map') for (const entry of framed.entries.values()) yield* referencesIn(entry)
  else if (framed.kind === 'component') {
    yield* referencesIn(framed.config)
    yield* referencesIn(framed.modifiers)
  }
}
