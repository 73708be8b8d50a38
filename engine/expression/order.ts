import type { Run } from './budget.ts'

/** Whether the first must stand after the second. */
export type Swap<Item> = (first: Item, second: Item) => boolean

/** Stable, and with the comparisons of JSONata's own, so that an inconsistent order gives what it gives there. The list stays as it is. */
export function mergeSort<Item>(run: Run, list: readonly Item[], swap: Swap<Item>): Item[] {
  run.allocate(list.length * 16)
  return sorted(run, [...list], swap)
}

function sorted<Item>(run: Run, list: readonly Item[], swap: Swap<Item>): Item[] {
  if (list.length <= 1) return [...list]
  const middle = Math.floor(list.length / 2)
  const left = sorted(run, list.slice(0, middle), swap)
  const right = sorted(run, list.slice(middle), swap)
  run.charge(list.length)
  return merge(left, right, swap)
}

function merge<Item>(left: readonly Item[], right: readonly Item[], swap: Swap<Item>): Item[] {
  const merged: Item[] = []
  const rest = right.values()
  let next = rest.next()
  for (const item of left) {
    while (next.done !== true && swap(item, next.value)) {
      merged.push(next.value)
      next = rest.next()
    }
    merged.push(item)
  }
  for (; next.done !== true; next = rest.next()) merged.push(next.value)
  return merged
}
