import { entryOf, type Framed, type FramedComponent, type FramedList, textOf } from './framed.ts'
import { steps } from './position.ts'
import { part } from './schema-of.ts'

/** What each step of a pipeline is called in logs, errors and traces: the author's `name`, or its place: `steps/3`, `steps/3/each/0`. */
export function stepIds(pipeline: Framed): ReadonlyMap<FramedComponent, string> {
  const ids = new Map<FramedComponent, string>()
  const name = (list: FramedList, base: string): void => {
    for (const [at, item] of list.items.entries()) {
      if (item.kind !== 'component') continue
      const id = textOf(entryOf(item.modifiers, 'name')) ?? `${base}/${at}`
      ids.set(item, id)
      for (const block of [...blocksIn(item.config), ...blocksIn(item.modifiers)]) name(block, `${id}/${placeOf(block, item)}`)
    }
  }
  for (const block of blocksIn(pipeline))
    name(
      block,
      segments(block, pipeline)
        .filter(step => step !== 'otherwise')
        .join('/')
        .replace(/\/steps$/, ''),
    )
  return ids
}

/** The lists of steps in a tree, those inside of other steps left out. */
export function blocksIn(framed: Framed, found: FramedList[] = []): readonly FramedList[] {
  if (framed.kind === 'list') {
    if (part(framed.schema, 'items')?.['x-component'] === 'step') found.push(framed)
    else for (const item of framed.items) blocksIn(item, found)
  } else if (framed.kind === 'map') for (const entry of framed.entries.values()) blocksIn(entry, found)
  return found
}

/** Where a block is in its step: the verb where its key says no more than `steps`. */
function placeOf(block: FramedList, step: FramedComponent): string {
  const telling = segments(block, step).filter(segment => segment !== 'steps' && segment !== 'otherwise')
  return telling.length === 0 ? step.type : telling.join('/')
}

const segments = (block: Framed, owner: Framed): readonly string[] => steps(block.place.pointer.slice(owner.place.pointer.length))
