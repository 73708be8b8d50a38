import assert from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import { type Channel, type ChannelModel, type ConfirmChannel, connect } from 'amqplib'
import { eventually } from '../support/eventually.ts'
import type { Delivery, Sent } from './journal.ts'
import { hash } from './recorder.ts'

/** Somebody who sends to a queue for as long as it runs, whatever becomes of the broker: what was confirmed counts as acknowledged. */
export interface Feed {
  readonly sent: readonly Sent[]
  /** Resolves when nothing is under way: where `wants` is false. */
  quiet(): Promise<void>
  /** Resolves when what is under way is settled. */
  stop(): Promise<void>
}

export interface FeedOptions {
  readonly queue: string
  /** What the ids of its messages begin with; the queue by default. */
  readonly name?: string
  /** Messages that wait for their confirms at once. */
  readonly atOnce: number
  readonly bodyOf: (id: string) => string
  /** False while so many are enough; looked at before each message. */
  readonly wants?: (sent: number) => boolean
}

export function startFeed(url: string, { queue, name = queue, atOnce, bodyOf, wants = () => true }: FeedOptions): Feed {
  const sent: Sent[] = []
  const returned = new Set<unknown>()
  const underWay = new Set<string>()
  const link = partnerLink(url, async model => {
    const channel = await model.createConfirmChannel()
    // Comes before the confirm of the same message.
    channel.on('return', ({ properties }) => returned.add(properties.messageId))
    return channel
  })
  let isStopped = false
  const send = async (sender: number): Promise<void> => {
    for (let count = 0; !isStopped; ) {
      if (!wants(sent.length)) await setTimeout(5)
      else {
        const id = `${name}/${sender}/${count++}`
        const body = bodyOf(id)
        underWay.add(id)
        const acknowledged = (await confirmed(await link.take(), { queue, id, body })) && !returned.delete(id)
        sent.push({ id, hash: hash(body), acknowledged })
        underWay.delete(id)
        // A broker that is away refuses at once, and is left alone for a while.
        if (!acknowledged) await setTimeout(50)
      }
    }
  }
  const senders = Array.from({ length: atOnce }, (_, sender) => send(sender))
  return {
    sent,
    quiet: () => eventually(() => assert.equal(underWay.size, 0), 60_000),
    async stop() {
      isStopped = true
      await Promise.all(senders)
      await link.stop()
    },
  }
}

/** Somebody who takes all that comes onto a queue, and writes it down: `x-life` says by which gateway it was sent, the message id which one it is. */
export interface Drain {
  readonly deliveries: readonly Delivery[]
  /** Of a queue that was deleted, and is there again. */
  again(): Promise<void>
  stop(): Promise<void>
}

/** Of a broker that stays: what is on its way to a drain when its connection ends is gone. */
export async function startDrain(
  url: string,
  { queue, idOf }: { readonly queue: string; readonly idOf: (body: string) => string },
): Promise<Drain> {
  const deliveries: Delivery[] = []
  const link = partnerLink(url, async model => {
    const channel = await model.createChannel()
    const options = { noAck: true }
    await channel.consume(
      queue,
      message => {
        if (message === null) return
        const { content, properties } = message
        const life = Number(properties.headers?.['x-life'])
        deliveries.push({ id: idOf(content.toString()), hash: hash(content), life, key: String(properties.messageId) })
      },
      options,
    )
    return channel
  })
  await link.take()
  return {
    deliveries,
    async again() {
      await link.stop()
      await link.take()
    },
    stop: () => link.stop(),
  }
}

/** True when the broker has said that it keeps it, or that no queue took it. */
function confirmed(
  channel: ConfirmChannel | undefined,
  { queue, id, body }: { readonly queue: string; readonly id: string; readonly body: string },
): Promise<boolean> {
  return new Promise(resolve => {
    const options = { persistent: true, mandatory: true, messageId: id, contentType: 'application/json' }
    try {
      if (channel === undefined) resolve(false)
      else channel.sendToQueue(queue, Buffer.from(body), options, error => resolve(error === null))
    } catch {
      resolve(false)
    }
  })
}

/** One channel of somebody else, opened again when it was lost. */
interface PartnerLink<Kind> {
  /** Undefined where nobody is there. */
  take(): Promise<Kind | undefined>
  stop(): Promise<void>
}

function partnerLink<Kind extends Channel>(url: string, open: (model: ChannelModel) => Promise<Kind>): PartnerLink<Kind> {
  let model: ChannelModel | undefined
  let opening: Promise<Kind | undefined> | undefined
  const make = async (): Promise<Kind | undefined> => {
    const mine = await connect(url, { timeout: 3000 })
    model = mine
    const lost = (): void => {
      opening = undefined
      void mine.close().catch(() => {})
    }
    mine.on('error', () => {})
    mine.on('close', lost)
    const channel = await open(mine)
    channel.on('error', () => {})
    channel.on('close', lost)
    return channel
  }
  return {
    take() {
      opening ??= make().catch(() => {
        opening = undefined
        void model?.close().catch(() => {})
        return undefined
      })
      return opening
    },
    async stop() {
      await opening
      await model?.close().catch(() => {})
      opening = undefined
    },
  }
}
