import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'

/**
 * A port of the loopback address that nothing listens on at the moment, and that no connection takes as its own end before it is used: systems
 * give those from 32,768 on.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer()
    const port = 10_000 + Math.floor(Math.random() * 20_000)
    const taken = await listenOn(server, port).then(
      () => false,
      () => true,
    )
    if (taken) continue
    server.close()
    await once(server, 'close')
    return port
  }
}

/** Listens, on the loopback address by default; 0 takes any free port. Gives the port. */
export async function listenOn(server: Server, port: number, host = '127.0.0.1'): Promise<number> {
  server.listen(port, host)
  await once(server, 'listening')
  // A server that listens on a port has an address with one.
  return (server.address() as AddressInfo).port
}
