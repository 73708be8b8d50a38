import type { Outcome } from '../runtime/outcome.ts'
import type { Runtime } from '../runtime/runtime.ts'
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
  const body = { ready: now.ready, revision: now.revision, outcome: last?.kind, components: components(runtime) }
  return { status: now.ready ? 200 : 503, body }
}

function status(runtime: Runtime): Answer {
  const { ready, revision, hash, outcomes, inFlight } = runtime.status()
  return { status: 200, body: { ready, revision, hash, inFlight, outcomes: outcomes.map(shown), components: components(runtime) } }
}

async function reload(runtime: Runtime): Promise<Answer> {
  const outcome = await runtime.reload()
  return { status: outcome.kind === 'applied' || outcome.kind === 'unchanged' ? 200 : 409, body: shown(outcome) }
}

const shown = (outcome: Outcome): unknown => ({ ...outcome, at: new Date(outcome.at).toISOString() })

const components = (runtime: Runtime): unknown => [...runtime.status().components].map(([id, { state, reason }]) => ({ id, state, reason }))
