import type { Route } from '../../core/component.ts'
import type { DescribedChannel, DescribedPipeline, Description, Relied } from '../describe.ts'
import { contractOf, pipelineNotices } from './contract.ts'
import type { Notice } from './notice.ts'

/** What callers reach: one channel on its route. */
interface Door {
  readonly channel: DescribedChannel
  readonly route: Route
  readonly pipeline: DescribedPipeline
  /** Tells it from all others, for a caller. */
  readonly key: string
  /** `POST /orders`, and what else tells it from others on the same route. */
  readonly label: string
}

/** What the callers of served channels will notice: doors that are gone, moved or new, and what is asked of them there. */
export function routeNotices(old: Description, next: Description): readonly Notice[] {
  const [before, after] = [doorsOf(old), doorsOf(next)]
  const left = new Map(after.map(door => [door.key, door]))
  const pairs: (readonly [Door, Door])[] = []
  const lost: Door[] = []
  for (const door of before) {
    const same = left.get(door.key)
    left.delete(door.key)
    if (same === undefined) lost.push(door)
    else pairs.push([door, same])
  }
  const gone = lost.flatMap((door): readonly Notice[] => {
    const moved = [...left.values()].find(({ channel }) => channel.id === door.channel.id)
    if (moved === undefined) return [breaking(door, `${door.label} is gone`)]
    left.delete(moved.key)
    pairs.push([door, moved])
    return moves(door, moved)
  })
  const added = [...left.values()].map(({ channel, label }) => ({ breaking: false, subject: channel.id, text: `${label} is new` }))
  const changes = pairs.flatMap(([door, now]) => [
    ...securityNotices(door, now, old, next),
    ...formatNotices(door, now),
    ...leastNotices(door, now),
    ...otherPipeline(door, now, old, next),
  ])
  return [...gone, ...changes, ...added]
}

function doorsOf({ pipelines }: Description): readonly Door[] {
  return pipelines.flatMap(pipeline =>
    pipeline.channels.flatMap(channel => {
      const { route, type, relied } = channel
      if (route === undefined) return []
      const named = relied.filter(({ on }) => on === 'same').map(({ value }) => value)
      const label = `${bare(route)}${named.length === 0 ? '' : ` (${named.join(', ')})`}`
      return [{ channel, route, pipeline, key: JSON.stringify([type, route.listener, where(route), named]), label }]
    }),
  )
}

const bare = ({ methods, path }: Route): string => `${methods.join(',')} ${path}`
/** The names of parameters are the gateway's own affair. */
const where = (route: Route): string => bare(route).replace(/\{[^}]*\}/g, '{}')
const breaking = ({ channel }: Door, text: string): Notice => ({ breaking: true, subject: channel.id, text })
const notice = ({ channel }: Door, text: string): Notice => ({ breaking: false, subject: channel.id, text })

/** The same channel, at another door. */
function moves(door: Door, now: Door): readonly Notice[] {
  const { route, label } = door
  if (where(route) !== where(now.route)) return [breaking(door, `${label} is gone: it is ${bare(now.route)} now`)]
  if (route.listener !== now.route.listener)
    return [breaking(door, `${label} is on listener ${now.route.listener} now, not on ${route.listener}`)]
  return both(door, now, 'same')
    .filter(([before, after]) => before.value !== after.value)
    .map(([{ name }, { text }]) => breaking(door, `${label}: ${name} is ${text} now`))
}

function both(door: Door, now: Door, on: Relied['on']): readonly (readonly [Relied, Relied])[] {
  return door.channel.relied.flatMap(before => {
    const after = now.channel.relied.find(({ name }) => name === before.name)
    return before.on !== on || after === undefined ? [] : [[before, after] as const]
  })
}

function securityNotices(door: Door, now: Door, old: Description, next: Description): readonly Notice[] {
  const { label } = door
  const [before, after] = [door.channel.security, now.channel.security]
  if (before.length === 0) return after.length === 0 ? [] : [breaking(door, `${label} needs ${after.join(' or ')} now`)]
  if (after.length === 0) return [notice(door, `${label} lets everybody in now`)]
  const dropped = before.filter(name => !after.includes(name))
  const added = after.filter(name => !before.includes(name))
  const hashIn = ({ security }: Description, name: string): string | undefined => security.find(({ id }) => id === `security/${name}`)?.hash
  const changed = before.filter(name => after.includes(name) && hashIn(old, name) !== hashIn(next, name))
  return [
    ...(dropped.length === 0 ? [] : [breaking(door, `${label} no longer takes ${dropped.join(', ')}`)]),
    ...(added.length === 0 ? [] : [notice(door, `${label} takes ${added.join(', ')}, too`)]),
    ...changed.map(name => breaking(door, `${label}: security/${name} is changed`)),
  ]
}

function formatNotices(door: Door, now: Door): readonly Notice[] {
  const [before, after] = [door.channel.format, now.channel.format]
  const said = (format: DescribedChannel['format']): string => format?.type ?? 'what the client asks for'
  if (before?.type !== after?.type) return [breaking(door, `${door.label} speaks ${said(after)} now, not ${said(before)}`)]
  return before?.digest === after?.digest ? [] : [breaking(door, `${door.label}: the options of format ${said(after)} are changed`)]
}

function leastNotices(door: Door, now: Door): readonly Notice[] {
  return both(door, now, 'least')
    .filter(([before, after]) => before.value !== after.value)
    .map(([before, after]) => ({
      breaking: after.value < before.value,
      subject: door.channel.id,
      text: `${door.label}: ${before.name} is ${after.text} now, not ${before.text}`,
    }))
}

/** The same door, and another pipeline behind it. */
function otherPipeline(door: Door, now: Door, old: Description, next: Description): readonly Notice[] {
  if (door.pipeline.name === now.pipeline.name) return []
  const text = `${door.label} calls pipeline ${now.pipeline.name} now, not ${door.pipeline.name}`
  const contract = pipelineNotices(contractOf(door.pipeline, old), contractOf(now.pipeline, next))
  return [notice(door, text), ...contract.map(one => ({ ...one, subject: door.channel.id, text: `${door.label}: ${one.text}` }))]
}
