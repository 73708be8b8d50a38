import type { Outcome } from '../runtime/outcome.ts'
import type { Runtime, RuntimeStatus } from '../runtime/runtime.ts'
import { invoke } from './invoke.ts'
import type { AdminRoute, Answer } from './route.ts'

export const adminRoutes: readonly AdminRoute[] = [
  {
    method: 'GET',
    path: '/live',
    summary: 'The process answers.',
    acts: false,
    probe: true,
    answer: () => ({ status: 200, body: { live: true } }),
  },
  { method: 'GET', path: '/ready', summary: 'It takes messages: 200, else 503.', acts: false, probe: true, answer: ready },
  {
    method: 'GET',
    path: '/status',
    summary: 'Revision, last outcomes, state of every component.',
    acts: false,
    probe: false,
    answer: status,
  },
  {
    method: 'GET',
    path: '/metrics',
    summary: 'Numbers for Prometheus.',
    acts: false,
    probe: false,
    answer: (_runtime, { metrics }) => ({ status: 200, body: metrics(), text: 'text/plain; version=0.0.4; charset=utf-8' }),
  },
  {
    method: 'POST',
    path: '/reload',
    summary: 'Reads the configuration again and applies it: 200, or 409 where it is refused.',
    acts: true,
    probe: false,
    answer: reload,
  },
  {
    method: 'POST',
    path: '/pipelines/:name/invoke',
    summary: 'Runs a pipeline once: `{ body, headers, query, params, trace }`.',
    acts: true,
    probe: false,
    answer: invoke,
  },
]

function ready(runtime: Runtime): Answer {
  const now = runtime.status()
  const [last] = now.outcomes
  const { ready, revision, degraded } = now
  const body = { ready, degraded: degraded !== undefined, reason: degraded, revision, outcome: last?.kind, components: components(now) }
  return { status: ready ? 200 : 503, body }
}

function status(runtime: Runtime): Answer {
  const now = runtime.status()
  const { ready, revision, hash, inFlight, degraded } = now
  const head = { ready, degraded: degraded !== undefined, reason: degraded, revision, hash, since: instant(now.since), inFlight }
  return { status: 200, body: { ...head, outcomes: now.outcomes.map(shown), components: components(now) } }
}

async function reload(runtime: Runtime): Promise<Answer> {
  const outcome = await runtime.reload()
  return { status: outcome.kind === 'applied' || outcome.kind === 'unchanged' ? 200 : 409, body: shown(outcome) }
}

const shown = (outcome: Outcome): unknown => ({ ...outcome, at: instant(outcome.at) })

const instant = (ms: number): string | undefined => (ms === 0 ? undefined : new Date(ms).toISOString())

const components = ({ components: all }: RuntimeStatus): unknown => [...all].map(([id, { state, reason }]) => ({ id, state, reason }))
