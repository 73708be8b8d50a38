/** Orders off a queue, mapped, and onto another by hand: acknowledged when the broker has confirmed what became of them. */
import { connect } from 'amqplib'
import { map } from './order.ts'

const { BUS = '', PREFETCH = '16', IN = 'in', OUT = 'out' } = process.env
const model = await connect(BUS, { noDelay: true })
const channel = await model.createConfirmChannel()
await channel.prefetch(Number(PREFETCH))
await channel.consume(IN, message => {
  if (message === null) throw new Error(`the queue ${IN} is gone`)
  const body = Buffer.from(JSON.stringify(map(JSON.parse(message.content.toString()))))
  const { messageId } = message.properties
  const options = { persistent: true, mandatory: true, messageId, contentType: 'application/json' }
  channel.sendToQueue(OUT, body, options, error => {
    if (error === null) channel.ack(message)
    else channel.nack(message)
  })
})
process.stdout.write('listening\n')
