import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Connector, ConnectorDefinition } from '../../engine/core/component.ts'
import { type Code, SluiceError } from '../../engine/core/errors.ts'
import { limit, type Scope } from '../../engine/core/scope.ts'
import { type TestHost, testHost, testScope } from '../support/host.ts'
import { naughty } from '../support/naughty.ts'

/** An outside system of one test, with the switches that its faults need. */
export interface System extends AsyncDisposable {
  /** Goes away, so that nobody is there; comes back at the same address, perhaps having forgotten everything. */
  readonly leave?: () => Promise<void>
  readonly come?: () => Promise<void>
  /** Takes calls and answers none until it thaws. */
  readonly freeze?: () => void
  readonly thaw?: () => void
}

/** A kind of connector as the suite sees it: something that keeps bytes by key. */
export interface Subject<Config, Operations, Client> {
  readonly definition: ConnectorDefinition<Config, Operations, Client>
  readonly open: () => Promise<{ readonly system: System; readonly config: Config }>
  readonly keep: (connector: Connector<Operations, Client>, entry: Entry, scope: Scope) => Promise<void>
  readonly read: (connector: Connector<Operations, Client>, key: string, scope: Scope) => Promise<Uint8Array>
  /** What its system can suffer: `away` needs `leave` and `come`, `silent` needs `freeze` and `thaw`. */
  readonly suffers: readonly ('away' | 'silent')[]
  /** `text`: only bytes that are UTF-8. */
  readonly carries: 'bytes' | 'text'
  /** `alone`: it reconnects by itself and says so; `by-call`: the next call finds the system. */
  readonly heals: 'alone' | 'by-call'
  /** Stands in the configuration of `open`, and may stand nowhere else. */
  readonly secret?: string
}

export interface Entry {
  readonly key: string
  readonly bytes: Uint8Array
}

/** What every connector owes the engine, whatever it speaks. */
export function connectorContract<C, O, K>(name: string, subject: Subject<C, O, K>): void {
  describe(`every connector: ${name}`, () => {
    test('stops without having started, twice', () => lend(subject, async ({ connector }) => stopTwice(connector), { start: false }))

    test('starts, answers a ping, stops, and stops again', () =>
      lend(subject, async ({ connector }) => {
        await connector.ping?.(AbortSignal.timeout(5000))
        await stopTwice(connector)
      }))

    test('a large value comes back as it was', () =>
      lend(subject, lent => comesBack(lent, { key: 'large', bytes: Buffer.alloc(1024 * 1024, 'Sluice ß ') })))

    test('a hundred calls at once do not mix', () =>
      lend(subject, async lent => {
        const entries = Array.from({ length: 100 }, (_, index) => ({ key: `key-${index}`, bytes: Buffer.from(`value ${index}`) }))
        await Promise.all(entries.map(entry => comesBack(lent, entry)))
      }))

    test('naughty values come back as they were', () =>
      lend(subject, async lent => {
        for (const text of naughty) await comesBack(lent, { key: 'naughty', bytes: Buffer.from(text) })
      }))

    test('naughty keys are kept apart, or refused as arguments', () =>
      lend(subject, async lent => {
        const witness: Entry = { key: 'witness', bytes: Buffer.from('untouched') }
        await lent.keep(witness)
        for (const key of naughty)
          await comesBack(lent, { key, bytes: Buffer.from(`value of ${key}`) }).catch(error => isFault(error, 'ARGUMENT_INVALID'))
        assert.deepEqual(await lent.read(witness.key), witness.bytes)
      }))

    if (subject.carries === 'bytes')
      test('every byte comes back as it was', () =>
        lend(subject, lent =>
          comesBack(lent, { key: 'binary', bytes: Buffer.from(Uint8Array.from({ length: 1024 }, (_, index) => index % 256)) }),
        ))

    if (subject.suffers.includes('away')) awayContract(subject)
    if (subject.suffers.includes('silent')) silenceContract(subject)
  })
}

function awayContract<C, O, K>(subject: Subject<C, O, K>): void {
  test('a system that is away at the start is a status: calls fail as unreachable, and work when it comes', () =>
    lend(
      subject,
      async lent => {
        const { connector, host, system } = lent
        await system.leave?.()
        await connector.start?.(AbortSignal.timeout(10_000))
        await assert.rejects(lent.keep(entry), error => isFault(error, 'UNREACHABLE', subject.secret))
        await assert.rejects(
          async () => connector.ping?.(AbortSignal.timeout(5000)),
          error => isFault(error, 'UNREACHABLE', subject.secret),
        )
        assert.ok(!JSON.stringify(host.statuses).includes(subject.secret ?? '\0'), 'a status shows the secret')
        await system.come?.()
        if (subject.heals === 'alone') await host.until('ready')
        await comesBack(lent, entry)
      },
      { start: false },
    ))

  test('a system that goes and comes again is found again', () =>
    lend(subject, async lent => {
      const { host, system } = lent
      await comesBack(lent, entry)
      await system.leave?.()
      // What goes out before its end is noticed has an unknown outcome.
      if (subject.heals === 'alone') await host.until('degraded')
      else await assert.rejects(lent.keep(entry), error => error instanceof SluiceError && error.fault === 'upstream')
      await assert.rejects(lent.keep(entry), error => isFault(error, 'UNREACHABLE', subject.secret))
      await system.come?.()
      if (subject.heals === 'alone') await host.until('ready')
      await comesBack(lent, entry)
    }))
}

function silenceContract<C, O, K>(subject: Subject<C, O, K>): void {
  test('a call to a silent system ends with its time, and the next one finds the system', () =>
    lend(subject, async lent => {
      const { system } = lent
      await comesBack(lent, entry)
      system.freeze?.()
      const begun = performance.now()
      await assert.rejects(lent.keep(entry, testScope(), 150), error => isFault(error, 'TIMEOUT'))
      assert.ok(performance.now() - begun < 1000, 'it outlived its time')
      system.thaw?.()
      await comesBack(lent, entry)
    }))

  test('a call that is cut settles, and the next one is not hurt', () =>
    lend(subject, async lent => {
      const { system } = lent
      await comesBack(lent, entry)
      system.freeze?.()
      const scope = testScope()
      const cut = lent.keep(entry, scope, 500)
      scope.cancel(new SluiceError('CANCELLED', 'the caller went away'))
      await assert.rejects(cut, error => error instanceof SluiceError && (error.code === 'CANCELLED' || error.code === 'TIMEOUT'))
      system.thaw?.()
      await comesBack(lent, entry)
    }))

  test('a stop while calls are open ends them', () =>
    lend(subject, async lent => {
      const { connector, system } = lent
      await comesBack(lent, entry)
      system.freeze?.()
      const open = assert.rejects(lent.keep(entry), error => error instanceof SluiceError && error.fault === 'upstream')
      await connector.stop?.(AbortSignal.timeout(100))
      await open
      system.thaw?.()
    }))
}

const entry: Entry = { key: 'entry', bytes: Buffer.from('kept') }

/** A connector to a system of its own, called as the engine does: within a time. */
interface Lent<O, K> {
  readonly connector: Connector<O, K>
  readonly host: TestHost
  readonly system: System
  keep(entry: Entry, scope?: Scope, ms?: number): Promise<void>
  read(key: string): Promise<Uint8Array>
}

async function lend<C, O, K>(subject: Subject<C, O, K>, body: (lent: Lent<O, K>) => Promise<void>, { start = true } = {}): Promise<void> {
  const { system: opened, config } = await subject.open()
  await using system = opened
  assert.deepEqual(subject.definition.check?.(config) ?? [], [])
  const host = testHost()
  const connector = subject.definition.create(config, host)
  try {
    if (start) await connector.start?.(AbortSignal.timeout(10_000))
    await body({
      connector,
      host,
      system,
      keep: async (entry, scope = testScope(), ms = 5000) => limit(scope, ms, late, inner => subject.keep(connector, entry, inner)),
      read: async key => limit(testScope(), 5000, late, inner => subject.read(connector, key, inner)),
    })
  } finally {
    system.thaw?.()
    await connector.stop?.(AbortSignal.timeout(1000))
  }
}

const late = (): SluiceError => new SluiceError('TIMEOUT', 'the call took longer than allowed')

async function comesBack<O, K>(lent: Lent<O, K>, entry: Entry): Promise<void> {
  await lent.keep(entry)
  assert.deepEqual(Buffer.from(await lent.read(entry.key)), Buffer.from(entry.bytes), `under the key ${JSON.stringify(entry.key)}`)
}

async function stopTwice<O, K>(connector: Connector<O, K>): Promise<void> {
  await connector.stop?.(AbortSignal.timeout(1000))
  await connector.stop?.(AbortSignal.timeout(1000))
}

function isFault(error: unknown, code: Code, secret?: string): true {
  assert.ok(error instanceof SluiceError, `no SluiceError: ${String(error)}`)
  assert.equal(error.code, code, error.message)
  assert.ok(secret === undefined || !error.message.includes(secret), 'the error shows the secret')
  return true
}
