import { entryOf, type Framed } from './framed.ts'

/** What the pipeline and its channels say of the order of their messages. */
export const ordersOf = (pipeline: Framed): readonly Framed[] => {
  const list = entryOf(pipeline, 'channels')
  const channels = list?.kind === 'list' ? list.items.filter(item => item.kind === 'component') : []
  return [entryOf(pipeline, 'order'), ...channels.map(({ modifiers }) => entryOf(modifiers, 'order'))].filter(order => order !== undefined)
}
