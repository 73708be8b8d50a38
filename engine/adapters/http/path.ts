import type { ConfigFault } from '../../core/component.ts'

/** What is wrong with the path of a channel: parameters `{name}` fill whole segments, and nothing that the listener refuses may stand in it. */
export function checkPath(path: string): readonly ConfigFault[] {
  if (path === '/') return []
  const segments = path.slice(1).split('/')
  const names = new Set<string>()
  const faults: ConfigFault[] = []
  for (const [index, segment] of segments.entries()) {
    const fault = checkSegment(segment, index === segments.length - 1, names)
    if (fault !== undefined) faults.push({ pointer: '/path', ...fault })
  }
  return faults
}

type Fault = Omit<ConfigFault, 'pointer'>

function checkSegment(segment: string, last: boolean, names: Set<string>): Fault | undefined {
  if (segment === '') return last ? undefined : { message: 'the path has an empty segment', hint: 'write one `/` between segments' }
  if (segment.includes('{') || segment.includes('}')) return checkParameter(segment, names)
  if (segment.includes('\\')) return { message: `the segment "${segment}" has a backslash`, hint: 'write `/`' }
  const plain = decode(segment)
  if (plain === undefined)
    return { message: `the segment "${segment}" has a "%" without two digits of hexadecimal`, hint: 'write %25 for "%"' }
  if (plain === '.' || plain === '..') return { message: `the segment "${segment}" goes elsewhere`, hint: 'write the path that is meant' }
  if (/[/\\]/.test(plain))
    return { message: `the segment "${segment}" has an encoded slash, which listeners refuse`, hint: 'write two segments' }
  return undefined
}

function checkParameter(segment: string, names: Set<string>): Fault | undefined {
  const name = /^\{(.*)\}$/.exec(segment)?.[1]
  if (name === undefined || /[{}]/.test(name))
    return { message: `the parameter in "${segment}" is not a whole segment`, hint: 'write `/{name}` between slashes' }
  if (!/^[a-z][A-Za-z0-9]*$/.test(name))
    return { message: `the parameter "${name}" is not a name`, hint: 'write a camelCase name, such as {orderId}' }
  if (names.has(name)) return { message: `the parameter "${name}" stands in the path twice`, hint: 'give one of them another name' }
  names.add(name)
  return undefined
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}
