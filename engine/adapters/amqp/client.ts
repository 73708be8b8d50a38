import type { AmqpConnector } from '../../core/config.gen.ts'
import type { Letter } from './publisher.ts'

/** What a connector lends to the channels that name it: each has a connection of its own to the same broker, and answers over the connector's. */
export interface AmqpClient {
  readonly config: AmqpConnector
  /** As `Publisher.send`. */
  readonly send: (letter: Letter) => Promise<void>
}
