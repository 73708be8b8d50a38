import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type GatewayProcess, scratch, startProcess } from '../support/gateway.ts'
import { answerOf, change, first, type Route, routes, type State, write } from './changes.ts'
import { type Truth, violations } from './journal.ts'
import { startLoad } from './load.ts'

const reloads = Number(process.env.RELOADS ?? 100)
const perSecond = 500

let folder: Awaited<ReturnType<typeof scratch>>
let gateway: GatewayProcess

before(async () => {
  folder = await scratch()
  await write(folder.folder, first)
  gateway = await startProcess({
    config: join(folder.folder, 'pipelines'),
    plugins: join(folder.folder, 'plugins'),
    environment: { PARTNER_PASSWORD: 'a password', SLUICE_LOG: 'info,json' },
  })
})
after(async () => {
  assert.equal(await gateway.stop(), 0)
  await folder.remove()
})

test(`${reloads} reloads under ${perSecond} requests a second: nothing fails, nothing is half old and half new, nothing goes back`, async () => {
  const truths = new Map<Route, Truth[]>(
    routes.map(route => [route, [{ route, answer: answerOf(route, first), from: 0, until: Number.POSITIVE_INFINITY }]]),
  )
  const load = startLoad(gateway.url, perSecond)
  let state: State = first
  let live: State = first
  try {
    for (let at = 0; at < reloads; at++) {
      state = change(state, at)
      await write(folder.folder, state)
      const asked = performance.now()
      const outcome = await reloaded(at)
      const done = performance.now()
      assert.equal(outcome, state.broken ? 'refused' : 'applied')
      if (state.broken) continue
      for (const route of routes)
        if (answerOf(route, state) !== answerOf(route, live))
          supersede(truths.get(route) ?? [], { route, answer: answerOf(route, state), from: asked, until: Number.POSITIVE_INFINITY }, done)
      live = state
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
})

/** Ends the truth before at the moment the change was seen to be done, and adds the new one. */
function supersede(known: Truth[], next: Truth, done: number): void {
  const last = known.pop()
  if (last !== undefined) known.push({ ...last, until: done })
  known.push(next)
}

/** Asks for a reload, by signal and by the admin API in turn, and waits for the line of the log that tells its outcome. */
async function reloaded(at: number): Promise<string> {
  const from = gateway.lines.findLastIndex(line => outcomeOf.test(line)) + 1
  if (at % 2 === 0) gateway.signal('SIGHUP')
  else await (await fetch(`${gateway.admin}/reload`, { method: 'POST', headers: { 'x-sluice': 'test' } })).arrayBuffer()
  const [, outcome = ''] = await gateway.seen(outcomeOf, from)
  return outcome
}

const outcomeOf = /"event":"configuration","outcome":"(\w+)"/
