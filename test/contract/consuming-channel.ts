import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Consumer, ConsumingChannel } from '../../engine/core/component.ts'
import { SluiceError } from '../../engine/core/errors.ts'
import type { Reply } from '../../engine/core/message.ts'
import { systemClock } from '../../engine/core/ports.ts'
import { eventually } from '../support/eventually.ts'
import { type TestHost, testHost } from '../support/host.ts'
import { naughty } from '../support/naughty.ts'
import { type Answer, acknowledged, type Receiver, receiver } from '../support/receiver.ts'

/** Where messages come from, in one test. */
export interface Source extends AsyncDisposable {
  /** Puts one there. Sources that name their messages call it by its key. */
  readonly send: (message: { readonly key: string; readonly bytes: Uint8Array }) => Promise<void>
  /** How many it still has: waiting, or handed out and not acknowledged. */
  readonly left: () => Promise<number>
  /** Goes away, so that nobody is there; comes back with what it had. */
  readonly leave?: () => Promise<void>
  readonly come?: () => Promise<void>
}

/** A kind of consuming channel as the suite sees it. */
export interface Subject<Config, Client> {
  readonly definition: ConsumingChannel<Config, Client>
  readonly open: () => Promise<{ readonly source: Source; readonly config: Config; readonly client: Client }>
  /** Messages at once, of the configuration that `open` gives. */
  readonly prefetch: number
  /** `text`: only bytes that are UTF-8. */
  readonly carries: 'bytes' | 'text'
  /** `kept`: messages come in the order of their keys, in which they are sent. */
  readonly order: 'kept' | 'none'
  /** `away` needs `leave` and `come`. */
  readonly suffers: readonly 'away'[]
  /** Stands in the configuration of `open`, and may stand nowhere else. */
  readonly secret?: string
}

/**
 * What every channel that goes and gets owes the engine, whatever it speaks. Not for `schedule`: its messages are ticks, which nobody sends, have no bytes, and come when the
 * clock says; who has one, and what becomes of one that is not done, is said of ticks in test/adapters/schedule.test.ts and schedule-kept.test.ts.
 */
export function consumingContract<C, K>(name: string, subject: Subject<C, K>): void {
  describe(`every consuming channel: ${name}`, { timeout: 60_000 }, () => {
    lifeContract(subject)
    settlingContract(subject)
    contentContract(subject)
    if (subject.suffers.includes('away')) awayContract(subject)
  })
}

function lifeContract<C, K>(subject: Subject<C, K>): void {
  test('closes without having been opened, twice, and then does not open', () =>
    lend(subject, async ({ source, create }) => {
      const idle = create()
      await idle.consumer.close(patient())
      await idle.consumer.close(patient())
      idle.consumer.open()
      const other = await start(create())
      await source.send(letter('a'))
      await other.receiver.came(1)
      assert.equal(idle.receiver.received.length, 0)
    }))

  test('takes nothing while it is only prepared', () =>
    lend(subject, async ({ source, create }) => {
      const prepared = create()
      await prepared.consumer.prepare?.(patient())
      const other = await start(create())
      await source.send(letter('a'))
      await other.receiver.came(1)
      assert.equal(prepared.receiver.received.length, 0)
    }))

  test('takes nothing more once it is closed', () =>
    lend(subject, async ({ source, create }) => {
      const before = await start(create())
      await source.send(letter('a'))
      await before.receiver.came(1)
      await before.consumer.close(patient())
      await source.send(letter('b'))
      const after = await start(create())
      await after.receiver.came(1)
      assert.deepEqual(textsOf(before), ['a'])
      assert.deepEqual(textsOf(after), ['b'])
    }))

  test('a change of its configuration loses and doubles nothing', () =>
    lend(subject, async ({ source, create }) => {
      const keys = Array.from({ length: 40 }, (_, index) => `k${String(index).padStart(3, '0')}`)
      const lives = [await start(create())]
      for (const [index, key] of keys.entries()) {
        await source.send(letter(key))
        if (index % 10 !== 9) continue
        // As a reload does it: the next is prepared beside, closing and opening are the change.
        const next = create()
        await next.consumer.prepare?.(patient())
        await lives.at(-1)?.consumer.close(patient())
        next.consumer.open()
        lives.push(next)
      }
      await eventually(() => assert.equal(lives.flatMap(textsOf).length, keys.length))
      assert.deepEqual(lives.flatMap(textsOf).sort(), keys)
      await eventually(async () => assert.equal(await source.left(), 0))
    }))
}

function settlingContract<C, K>(subject: Subject<C, K>): void {
  test('a message is acknowledged after its effect, and not before', () =>
    lend(subject, async ({ source, create }) => {
      const effect = Promise.withResolvers<Reply>()
      const life = await start(create(() => effect.promise))
      await source.send(letter('a'))
      await life.receiver.came(1)
      assert.equal(await source.left(), 1)
      effect.resolve(acknowledged)
      await eventually(async () => assert.equal(await source.left(), 0))
    }))

  test('a message that is refused stays with its source and is given again', () =>
    lend(subject, async ({ source, create }) => {
      const refusal = new SluiceError('STORE', 'it cannot be kept', { delayMs: 10 })
      const life = await start(create((_, count) => (count === 1 ? Promise.reject(refusal) : acknowledged)))
      await source.send(letter('a'))
      await life.receiver.came(2)
      assert.deepEqual(textsOf(life), ['a', 'a'])
      await eventually(async () => assert.equal(await source.left(), 0))
    }))

  test('no more messages are open at once than it says', () =>
    lend(subject, async ({ source, create }) => {
      const count = Math.min(2 * subject.prefetch + 3, 100)
      for (let index = 0; index < count; index++) await source.send(letter(`k${String(index).padStart(3, '0')}`))
      const life = await start(create(() => new Promise(resolve => setImmediate(() => resolve(acknowledged)))))
      await life.receiver.came(count)
      assert.ok(life.receiver.most <= subject.prefetch, `${life.receiver.most} at once`)
    }))

  test('closing waits for the message that is open', () =>
    lend(subject, async ({ source, create }) => {
      const effect = Promise.withResolvers<Reply>()
      const life = await start(create(() => effect.promise))
      await source.send(letter('a'))
      await life.receiver.came(1)
      let closed = false
      const closing = life.consumer.close(patient()).then(() => {
        closed = true
      })
      assert.equal(closed, false)
      effect.resolve(acknowledged)
      await closing
      assert.equal(await source.left(), 0)
    }))

  test('a message that is cut is handed back, and the next consumer has it', () =>
    lend(subject, async ({ source, create }) => {
      const life = await start(
        create(
          ({ cut }) =>
            new Promise((_, reject) =>
              cut?.signal.addEventListener('abort', () => reject(new SluiceError('CANCELLED', 'the time is over'))),
            ),
        ),
      )
      await source.send(letter('a'))
      await life.receiver.came(1)
      await life.consumer.close(AbortSignal.abort(new Error('the time is over')))
      assert.equal(await source.left(), 1)
      const next = await start(create())
      await next.receiver.came(1)
      assert.deepEqual(textsOf(next), ['a'])
    }))

  test('closing ends in time although the work ignores that it is cut', () =>
    lend(subject, async ({ source, create }) => {
      const effect = Promise.withResolvers<Reply>()
      const life = await start(create(() => effect.promise))
      await source.send(letter('a'))
      await life.receiver.came(1)
      const begun = performance.now()
      await life.consumer.close(AbortSignal.timeout(100))
      assert.ok(performance.now() - begun < 5000, 'it waited for the work')
      effect.resolve(acknowledged)
      await eventually(async () => assert.equal(await source.left(), 0))
    }))
}

function contentContract<C, K>(subject: Subject<C, K>): void {
  const bodies: readonly { readonly name: string; readonly bytes: readonly Buffer[] }[] = [
    { name: 'an empty body', bytes: [Buffer.alloc(0)] },
    { name: 'a large body', bytes: [Buffer.alloc(4 * 1024 * 1024, 'Sluice ß ')] },
    { name: 'naughty texts', bytes: naughty.map(text => Buffer.from(text)) },
    ...(subject.carries === 'bytes'
      ? [{ name: 'every byte', bytes: [Buffer.from(Uint8Array.from({ length: 1024 }, (_, index) => index % 256))] }]
      : []),
  ]
  for (const { name, bytes } of bodies)
    test(`${name} comes as it was sent`, () =>
      lend(subject, async ({ source, create }) => {
        for (const [index, one] of bytes.entries()) await source.send({ key: `k${String(index).padStart(3, '0')}`, bytes: one })
        const life = await start(create())
        await life.receiver.came(bytes.length)
        const came = life.receiver.received.map(one => one.bytes.toString('latin1'))
        assert.deepEqual(came.sort(), bytes.map(one => one.toString('latin1')).sort())
      }))

  test('messages under naughty keys are each handed on, and acknowledged', () =>
    lend(subject, async ({ source, create }) => {
      const sent: string[] = []
      for (const [index, key] of naughty.entries())
        await source.send({ key, bytes: Buffer.from(`body ${index}`) }).then(
          () => sent.push(`body ${index}`),
          // What the source itself does not take as a key.
          () => {},
        )
      const life = await start(create())
      await life.receiver.came(sent.length)
      assert.deepEqual(textsOf(life).sort(), sent.sort())
      await eventually(async () => assert.equal(await source.left(), 0))
    }))

  if (subject.order === 'kept')
    test('messages come in their order', () =>
      lend(subject, async ({ source, create }) => {
        const keys = Array.from({ length: 50 }, (_, index) => `k${String(index).padStart(3, '0')}`)
        for (const key of keys) await source.send(letter(key))
        const life = await start(create())
        await life.receiver.came(keys.length)
        assert.deepEqual(textsOf(life), keys)
      }))
}

function awayContract<C, K>(subject: Subject<C, K>): void {
  test('a source that is away at the start is a status, and is consumed when it comes', () =>
    lend(subject, async ({ source, create, host }) => {
      await source.send(letter('a'))
      await source.leave?.()
      const life = await start(create())
      const { reason } = await host.until('connecting')
      assert.ok(reason !== undefined && !reason.includes(subject.secret ?? '\0'), `${reason}`)
      await source.come?.()
      await life.receiver.came(1)
      await host.until('ready')
      assert.ok(!JSON.stringify([host.statuses, host.lines]).includes(subject.secret ?? '\0'), 'the secret is shown')
    }))

  test('a source that goes and comes again is consumed again', () =>
    lend(subject, async ({ source, create, host }) => {
      const life = await start(create())
      await source.send(letter('a'))
      await life.receiver.came(1)
      await eventually(async () => assert.equal(await source.left(), 0))
      await source.leave?.()
      await host.until('connecting')
      await source.come?.()
      await source.send(letter('b'))
      await life.receiver.came(2)
      assert.deepEqual(textsOf(life), ['a', 'b'])
    }))

  test('closing while the source is away ends in time', () =>
    lend(subject, async ({ source, create, host }) => {
      const life = await start(create())
      await source.leave?.()
      await host.until('connecting')
      const begun = performance.now()
      await life.consumer.close(AbortSignal.timeout(5000))
      assert.ok(performance.now() - begun < 5000, 'it took all its time')
      await source.come?.()
    }))
}

interface Life {
  readonly consumer: Consumer
  readonly receiver: Receiver
}

interface Lent {
  readonly source: Source
  readonly host: TestHost
  /** Makes a consumer of the same configuration; closed after the test. */
  readonly create: (answer?: Answer) => Life
}

async function lend<C, K>({ definition, open }: Subject<C, K>, work: (lent: Lent) => Promise<void>): Promise<void> {
  const { source, config, client } = await open()
  await using _ = source
  const host = { ...testHost(), clock: { ...systemClock, move: () => assert.fail('time is real here') } }
  const lives: Life[] = []
  const create = (answer?: Answer): Life => {
    const end = receiver(answer)
    const life = { consumer: definition.create(config, client, end.handle, host), receiver: end }
    lives.push(life)
    return life
  }
  try {
    await work({ source, host, create })
  } finally {
    await Promise.all(lives.map(({ consumer }) => consumer.close(AbortSignal.timeout(5000))))
  }
}

async function start(life: Life): Promise<Life> {
  await life.consumer.prepare?.(patient())
  life.consumer.open()
  return life
}

const patient = (): AbortSignal => AbortSignal.timeout(20_000)
const letter = (key: string): { readonly key: string; readonly bytes: Uint8Array } => ({ key, bytes: Buffer.from(key) })
const textsOf = ({ receiver: { received } }: Life): string[] => received.map(({ bytes }) => bytes.toString())
