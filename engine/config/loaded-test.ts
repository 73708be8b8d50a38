import type { TestDocument } from '../core/config.gen.ts'
import type { Where } from '../core/finding.ts'
import { entryOf, type Framed, whereOf } from './framed.ts'
import { type FreezeContext, freezeMap } from './freeze-value.ts'

/** One test of a `*.test.yaml`, as `schemas/test.json` says, single things written as lists of one. */
export type LoadedTest = TestDocument['tests'][number] & { readonly where: Where }

export function freezeTests(documents: readonly Framed[], context: FreezeContext): readonly LoadedTest[] {
  return documents.flatMap(document => {
    const tests = entryOf(document, 'tests')
    const items = tests?.kind === 'list' ? tests.items.filter(item => item.kind === 'map') : []
    // checked against schemas/test.json, which the type is generated from
    return items.map(item => Object.freeze({ ...(freezeMap(item, context) as TestDocument['tests'][number]), where: whereOf(item) }))
  })
}
