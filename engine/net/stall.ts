import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duration } from '../core/duration.ts'

/** Cuts a connection on which a reply makes no way: the caller does not read. Costs a look where the reply was taken at once, as nearly all are. */
export function guardStall(response: ServerResponse, stallMs: Duration): void {
  const { socket } = response
  if (socket === null || socket.writableLength > 0) watchStall(response, stallMs)
}

/** The same for a reply that is still to be written. A socket's timeout starts again with every byte that the other side takes. */
export function watchStall(response: ServerResponse, stallMs: Duration): void {
  const watch = (socket: Socket): void => {
    // Node destroys a socket whose timeout nobody listens to.
    socket.setTimeout(stallMs)
    // Before Node's own listener, which sets the keep-alive timeout.
    response.prependOnceListener('finish', () => socket.setTimeout(0))
  }
  if (response.socket !== null) watch(response.socket)
  // Its turn comes after an earlier request of the same connection.
  else if (!response.finished) response.once('socket', watch)
}
