import { lookup as systemLookup } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { SluiceError } from '../core/errors.ts'

/** `private`: every address may be reached. */
export type Egress = 'public' | 'private'

/**
 * The resolver of an outgoing connection, undefined where any will do. It refuses a name that resolves, among others, to an address which is not of
 * the public internet: loopback, private, link-local, a cloud's metadata, multicast. A literal address in the configuration, or localhost, declares
 * itself. What is looked up is what is connected to, so a name cannot answer one address to the check and another to the socket.
 */
export function guardEgress(hostname: string, egress: Egress, lookup: LookupFunction = systemLookup): LookupFunction | undefined {
  if (egress === 'private' || declaresItself(hostname)) return undefined
  return (name, options, callback) =>
    lookup(name, options, (error, found, family) => {
      if (error !== null) return callback(error, found, family)
      const addresses = typeof found === 'string' ? [found] : found.map(({ address }) => address)
      const hidden = addresses.find(address => !isPublic(address))
      if (hidden === undefined) return callback(null, found, family)
      callback(refusal(name, hidden), found, family)
    })
}

/** True for addresses of the public internet. */
export function isPublic(address: string): boolean {
  const plain = address.replace(/%.*$/, '')
  const inner = embeddedIpv4(plain)
  if (inner !== undefined) return isPublic(inner)
  const family = isIP(plain)
  if (family === 0) return false
  return family === 4 ? !closed4.check(plain) : !closed6.check(plain, 'ipv6')
}

function declaresItself(hostname: string): boolean {
  const literal = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
  return isIP(literal) !== 0 || literal === 'localhost' || literal.endsWith('.localhost')
}

const refusal = (name: string, address: string): SluiceError =>
  new SluiceError(
    'UNREACHABLE',
    `connecting to ${name}: it resolves to ${address}, which is not public; say \`egress: private\` to allow it`,
    {
      retry: 'never',
    },
  )

/** IPv4 inside IPv6: mapped (::ffff:0:0/96), compatible (::/96), NAT64 (64:ff9b::/96). */
function embeddedIpv4(address: string): string | undefined {
  const dotted = /^(?:::(?:ffff:)?|64:ff9b::)(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (dotted !== undefined) return dotted
  const words = /^(?:::ffff:|64:ff9b::)([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(address)
  if (words === null) return undefined
  const [high = 0, low = 0] = words.slice(1).map(word => Number.parseInt(word, 16))
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

type Network = readonly [address: string, prefix: number]

// Two lists: one with both families in it takes every IPv4 address for one in ::ffff:0:0/96.
const closed4 = listOf('ipv4', [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10], // carriers' NAT, and one cloud's metadata
  ['127.0.0.0', 8],
  ['168.63.129.16', 32], // one cloud's metadata, at a public address
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3], // multicast, reserved, broadcast
])
const closed6 = listOf('ipv6', [
  ['::', 96],
  ['::ffff:0:0', 96], // in another spelling than the one that is looked into
  ['2002::', 16], // 6to4: any IPv4 inside
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
])

function listOf(family: 'ipv4' | 'ipv6', networks: readonly Network[]): BlockList {
  const list = new BlockList()
  for (const [address, prefix] of networks) list.addSubnet(address, prefix, family)
  return list
}
