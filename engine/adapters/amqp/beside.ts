import type { Beside, ConfigFault } from '../../core/component.ts'
import type { AmqpChannel, AmqpConnector } from '../../core/config.gen.ts'

/** What a channel and its connector say that does not go together. */
export function checkBeside({ queue, prefetch, exclusive, deadLetter }: AmqpChannel, beside: Beside): readonly ConfigFault[] {
  // Of the type that the channel says it needs, and checked against its schema.
  const { declare, queues } = beside.connector as AmqpConnector
  const own = Object.hasOwn(queues, queue) ? queues[queue] : undefined
  const names = Object.keys(queues)
  const faults: ConfigFault[] = []
  if (deadLetter === 'broker' && own?.deadLetter === undefined)
    faults.push({
      pointer: '/deadLetter',
      message: 'the connector names no dead letters for this queue: what is rejected would be lost',
      hint: `write deadLetter below queues, ${queue} of the connector`,
    })
  if (own?.singleActive === true && exclusive)
    faults.push({
      pointer: '/exclusive',
      message: 'the queue has a single active consumer, and takes no exclusive ones',
      hint: 'take exclusive away: one consumer at a time has the queue anyway',
    })
  if (declare && own === undefined && names.length > 0)
    faults.push({
      severity: 'warning',
      pointer: '/queue',
      message: 'the connector does not declare this queue, so somebody else has to',
      hint: `add it below queues of the connector, or take one of ${names.slice(0, 20).join(', ')}`,
    })
  if (beside.ordered && !exclusive && own?.singleActive !== true)
    faults.push({
      severity: 'warning',
      pointer: '/queue',
      message: 'order holds within one gateway: another consumer of the queue works beside it',
      hint: 'write singleActive: true below the queue in the connector, or exclusive: true here',
    })
  if (beside.concurrency !== undefined && beside.concurrency > prefetch)
    faults.push({
      severity: 'warning',
      pointer: '/prefetch',
      message: `no more than ${prefetch} messages are there at once, fewer than concurrency lets run`,
      hint: `write prefetch: ${Math.min(1000, beside.concurrency)}, or a lower concurrency`,
    })
  return faults
}
