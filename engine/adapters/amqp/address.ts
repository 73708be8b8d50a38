import type { Options, SocketOptions } from 'amqplib'
import type { ConfigFault } from '../../core/component.ts'
import type { AmqpConnector } from '../../core/config.gen.ts'
import type { Secret } from '../../core/secret.ts'
import { tlsClient } from '../../kit/tls.ts'

/** One node of a broker, as the client library takes it. */
export interface Address {
  /** For errors: without user and password. */
  readonly shown: Secret
  readonly user: string
  readonly broker: Options.Connect
  readonly socket: SocketOptions
}

/** All nodes, the one of `url` first. `name`: what the broker calls the connection. */
export const addressesOf = (config: AmqpConnector, name: string): readonly Address[] =>
  [config.url, ...config.nodes].map(url => addressOf(url, config, name))

function addressOf(url: Secret, { tls, heartbeat }: AmqpConnector, name: string): Address {
  const { protocol, hostname, port, username, password, pathname } = new URL(url.reveal())
  // Without a name: the guest that every broker knows, and lets in from its own machine only.
  const user = username === '' ? 'guest' : decodeURIComponent(username)
  const broker: Options.Connect = {
    protocol: protocol.slice(0, -1),
    hostname: hostname.replace(/^\[|\]$/g, ''),
    ...(port !== '' && { port: Number(port) }),
    username: user,
    password: username === '' ? 'guest' : decodeURIComponent(password),
    // The library decodes it.
    vhost: pathname.slice(1),
    heartbeat: Math.max(1, Math.round(heartbeat / 1000)),
  }
  const secure = protocol === 'amqps:' ? tlsClient(tls) : {}
  return {
    shown: url,
    user,
    broker,
    socket: { ...secure, timeout: connectMs, noDelay: true, clientProperties: { connection_name: name } },
  }
}

/** How long a step of connecting may be silent, in milliseconds. */
const connectMs = 3000

/** What is wrong with an address; `pointer` is its own. */
export function checkAddress(url: Secret, pointer: string): readonly ConfigFault[] {
  const parsed = URL.parse(url.reveal())
  if (parsed === null || parsed.hostname === '')
    return [{ pointer, message: 'this is no address', hint: 'write amqp://user:password@host:5672/vhost' }]
  if (parsed.search !== '' || parsed.hash !== '')
    return [{ pointer, message: 'an address of a broker has no query', hint: 'write settings as fields of their own' }]
  if (parsed.pathname.slice(1).includes('/'))
    return [{ pointer, message: 'a virtual host is one part of the path', hint: 'write a `/` in its name as %2F' }]
  if ([parsed.username, parsed.password, parsed.pathname].some(part => !isEncoded(part)))
    return [{ pointer, message: 'user, password or virtual host are not encoded as in a URL', hint: 'write a `%` as %25' }]
  return []
}

function isEncoded(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}
