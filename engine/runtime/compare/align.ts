import type { Described, DescribedChannel, DescribedPipeline, Description } from '../describe.ts'

/**
 * The older description with hashes that can be compared with the next one's: the same where nothing changed. Hashes of one process say so
 * themselves; where another process made the description, the digests do, and the secrets behind the same references count as the same.
 */
export function align(old: Description, next: Description): Description {
  const sealed = old.seal === next.seal
  const same = new Map<string, boolean>()
  const aligned = <One extends Described>(one: One, others: readonly Described[]): One => {
    const other = others.find(({ id }) => id === one.id)
    if (other === undefined) return one
    const needs = one.needs.every(id => same.get(id) !== false)
    const equal = sealed ? one.hash === other.hash : one.digest === other.digest && one.needs.join() === other.needs.join() && needs
    same.set(one.id, equal)
    return { ...one, hash: equal ? other.hash : `${other.hash} changed` }
  }
  const security = old.security.map(one => aligned(one, next.security))
  const connectors = old.connectors.map(one => aligned(one, next.connectors))
  const later = next.pipelines.flatMap(({ channels }) => channels)
  const pipelines = old.pipelines.map((pipeline): DescribedPipeline => {
    const channels = pipeline.channels.map((channel): DescribedChannel => aligned(channel, later))
    const other = next.pipelines.find(({ id }) => id === pipeline.id)
    if (other === undefined) return { ...pipeline, channels }
    // A pipeline's hash is over its channels too, which are told on their own.
    const moved = channels.map(({ hash }) => hash).join() !== other.channels.map(({ hash }) => hash).join()
    const equal = pipeline.digest === other.digest && (!sealed || pipeline.hash === other.hash || moved)
    return { ...pipeline, channels, hash: equal ? other.hash : `${other.hash} changed` }
  })
  return { ...old, security, connectors, pipelines }
}
