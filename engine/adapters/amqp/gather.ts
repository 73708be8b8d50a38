import type { Socket } from 'node:net'
import type { ChannelModel } from 'amqplib'

/** The socket of a connection: the library shows no other way to it. */
export const socketOf = ({ connection }: ChannelModel): Socket => (connection as typeof connection & { readonly stream: Socket }).stream

/** What is written in one turn of the event loop goes out in one call of the system. The library makes one for each message and each acknowledgement. */
export function gatherWrites(socket: Socket): void {
  const write = socket.write.bind(socket)
  let isGathering = false
  const send = (): void => {
    isGathering = false
    socket.uncork()
  }
  Object.assign(socket, {
    write: (...chunk: Parameters<typeof write>): boolean => {
      if (!isGathering) {
        isGathering = true
        socket.cork()
        process.nextTick(send)
      }
      return write(...chunk)
    },
  })
}
