import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { type GatewayProcess, startProcess } from '../support/gateway.ts'
import { type Act, change } from './changes.ts'
import { type Truth, violations } from './journal.ts'
import { startLoad } from './load.ts'
import { answerOf, first, isDoor, kinds, type Route, routes, type State } from './state.ts'
import { ticksIn, wrongTicks } from './ticks.ts'
import { openWorld } from './world.ts'

const reloads = Number(process.env.RELOADS ?? 60)
const perSecond = 500

test(`${reloads} changes of ${kinds.length} kinds under ${perSecond} requests a second: nothing fails, nothing is half old and half new, nothing goes back`, async t => {
  await using world = await openWorld()
  const gateway = await startProcess({
    config: world.config,
    plugins: join(world.folder, 'plugins'),
    environment: { PARTNER_PASSWORD: 'a password', SLUICE_LOG: 'info,json' },
  })
  t.after(() => gateway.stop())
  await gateway.seen(outcomeOf)
  const truths = new Map<Route, Truth[]>(
    routes.map(route => [route, [{ route, answer: answerOf(route, first), from: 0, until: Number.POSITIVE_INFINITY }]]),
  )
  const load = startLoad(route => (isDoor(route) ? `http://127.0.0.1:${world.ports[route]}` : gateway.url), perSecond)
  const tookMs: number[] = []
  let state: State = first
  try {
    for (let at = 0; at < reloads; at++) {
      const { kind, next, acts } = change(state, at, world)
      const asked = performance.now()
      for (const act of acts) tookMs.push(await done(act, gateway, `${kind} ${next[kind]}`))
      for (const route of routes)
        if (answerOf(route, next) !== answerOf(route, state))
          supersede(truths.get(route) ?? [], { route, answer: answerOf(route, next), from: asked, until: Number.POSITIVE_INFINITY })
      state = next
      // A while of quiet load, so that every revision answers some requests.
      const enough = load.journal.length + 25
      while (load.journal.length < enough) await new Promise(resolve => setImmediate(resolve))
    }
  } finally {
    await load.stop()
  }
  const { journal } = load
  assert.deepEqual(violations(journal, [...truths.values()].flat()).slice(0, 10), [])
  for (const route of routes) assert.ok(journal.filter(entry => entry.route === route).length > reloads, `${route} was asked often enough`)
  assert.equal(await gateway.stop(), 0)
  const { runs, told } = ticksIn(gateway.lines)
  assert.deepEqual(wrongTicks(runs, told).slice(0, 10), [])
  assert.ok(runs.length > 5, `there were only ${runs.length} ticks`)
  const [median = 0, worst = 0] = [0.5, 1].map(part => tookMs.sort((a, b) => a - b)[Math.ceil(tookMs.length * part) - 1])
  t.diagnostic(`${journal.length} requests, ${runs.length} ticks run, ${told.length} told to be missed or skipped`)
  t.diagnostic(`from the change of a file to its outcome: median ${Math.round(median)} ms, at most ${Math.round(worst)} ms`)
})

/** Ends the truth before at the moment the change was seen to be done, and adds the new one. */
function supersede(known: Truth[], next: Truth): void {
  const last = known.pop()
  const until = performance.now()
  if (last !== undefined) known.push({ ...last, until })
  // Whoever waits in the system's queue of a port when it is let go is cut off by the system.
  if (next.answer === 'refused') for (const answer of cutOff) known.push({ ...next, answer, until })
  known.push(next)
}

const cutOff = ['failed: ECONNRESET', 'failed: UND_ERR_SOCKET']

/** Does it, and waits for the line of the log that tells its outcome, which must be the one that is due. Resolves to how long that took, in milliseconds. */
async function done({ act, outcome }: Act, gateway: GatewayProcess, what: string): Promise<number> {
  const from = gateway.lines.findLastIndex(line => outcomeOf.test(line)) + 1
  const started = performance.now()
  await act()
  const [line, told = ''] = await gateway.seen(outcomeOf, from)
  assert.equal(told, outcome, `${what}: ${line}\n${gateway.lines.slice(from).join('\n')}`)
  return performance.now() - started
}

const outcomeOf = /"event":"configuration","outcome":"(\w+)".*/
