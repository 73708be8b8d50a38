import type { Comparison, Kept } from '../runtime/compare/compare.ts'

/** A comparison for people: what starts (`+`), changes (`~`), stops (`-`) and stays (`=`), what flinches (`!`), what clients will notice. */
export function planText({ starts, changes, stops, keeps, flinches, notices }: Comparison): string {
  const lives = [
    ...starts.map(id => `+ ${id}`),
    ...changes.map(id => `~ ${id}`),
    ...stops.map(id => `- ${id}`),
    ...(keeps.length === 0 ? [] : [`= ${keeps.map(counted).join(', ')}`]),
  ]
  const nothing = starts.length + changes.length + stops.length === 0 ? ['nothing changes'] : []
  const noticed = notices.map(({ breaking, text }) => `${breaking ? 'breaking' : 'notice  '}  ${text}`)
  return [[...nothing, ...lives], flinches.map(text => `! ${text}`), noticed]
    .filter(lines => lines.length > 0)
    .map(lines => lines.map(line => `${line}\n`).join(''))
    .join('\n')
}

const plurals: Readonly<Partial<Record<Kept['kind'], string>>> = { 'security entry': 'security entries' }

const counted = ({ kind, count }: Kept): string => `${count} ${count === 1 ? kind : (plurals[kind] ?? `${kind}s`)}`
