import type { OnceStep } from '../../core/config.gen.ts'
import { SluiceError } from '../../core/errors.ts'
import type { Content, Message } from '../../core/message.ts'
import type { Scope } from '../../core/scope.ts'
import type { Mark, MarkClaim, MarkResult } from '../../durable/mark.ts'
import { type Marked, type Marks, markKey } from '../../durable/marks.ts'
import { restoreReply, storeReply } from '../../durable/stored-reply.ts'
import { keyText } from '../key-text.ts'
import { pause } from '../pause.ts'
import { defineStep } from '../step.ts'

/** Bytes of a result that is kept. */
const mostKept = 1024 ** 2

/** A block that is run once for each key: claimed in the store before it, done with its result after it, and free again where it failed. */
export default defineStep<OnceStep>({
  waits: true,
  compile: ({ id, config }, { value, block, marks, pipeline, unread, log }) => {
    const keyOf = value(config.once.key)
    const steps = block(config.steps)
    const kept = marks()

    const run = async (mark: Mark, message: Message, scope: Scope): Promise<Message> => {
      // What cannot be kept or released has happened all the same; the claim ends by itself.
      const failed = (error: unknown): void => log.warn('mark', { id: scope.id, pipeline, step: id, error })
      let after: Message
      try {
        after = await steps(message, scope)
      } catch (thrown) {
        await mark.release().catch(failed)
        throw thrown
      }
      const result = { ...after, body: unread.read(after.body) }
      await resultOf(result)
        .then(stored => mark.done(stored, config.once.within))
        .catch(failed)
      return result
    }

    return async (message, scope) => {
      const text = keyText(keyOf(message))
      if (text === undefined || text === '') throw new SluiceError('INPUT_INVALID', 'the key of what is done once is nothing')
      const key = markKey('once', pipeline, id, text)
      const found = await claimed(kept, { key, group: pipeline, deadline: scope.deadline }, scope)
      return found.kind === 'ours' ? await run(found.mark, message, scope) : restored(message, found.result)
    }
  },
  repeatable: ({ config, idempotent }, { steps }) => idempotent || steps(config.steps),
  // Its result is a value that can be kept.
  looks: () => true,
})

/** How long somebody else's run is waited for, and how often is looked, in milliseconds. */
const patienceMs = 10_000
const looksMs = { first: 20, longest: 500 }

async function claimed(marks: Marks, claim: MarkClaim, scope: Scope): Promise<Exclude<Marked, { kind: 'claimed' }>> {
  const until = performance.now() + patienceMs
  for (let ms = looksMs.first; ; ms = Math.min(2 * ms, looksMs.longest)) {
    const found = await marks.claim(claim)
    if (found.kind !== 'claimed') return found
    if (performance.now() + ms > until) throw new SluiceError('CONFLICT', 'another message with the same key is being worked on')
    await pause(ms, scope)
  }
}

/** No status: it was no reply. */
const noReply = 0

function resultOf({ body, reply }: Message): Promise<MarkResult> {
  const content: Content = body instanceof Uint8Array || body instanceof Blob ? body : { value: body }
  return storeReply({ status: reply?.status ?? noReply, headers: reply?.headers ?? {}, body: content }, mostKept)
}

function restored(message: Message, result: MarkResult): Message {
  const { status, headers, body: content } = restoreReply(result, {})
  const body = content instanceof Uint8Array || content instanceof Blob ? content : content.value
  return { ...message, body, ...(status === noReply ? {} : { reply: { status, headers } }) }
}
