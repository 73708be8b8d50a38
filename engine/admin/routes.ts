import type { Runtime } from '../runtime/runtime.ts'
import { deadLetterRoutes } from './dead-letters.ts'
import { invoke } from './invoke.ts'
import { queueRoutes } from './queues.ts'
import type { AdminRequest, AdminRoute, Answer } from './route.ts'
import { scheduleRoutes } from './schedules.ts'
import { outcomeBody, statusBody } from './status.ts'

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
    path: '/model',
    summary: 'What runs, without its secrets: for `sluice plan --at`.',
    acts: false,
    probe: false,
    answer: model,
  },
  {
    method: 'GET',
    path: '/metrics',
    summary: 'Numbers for Prometheus.',
    acts: false,
    probe: true,
    answer: numbers,
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
  ...scheduleRoutes,
  ...queueRoutes,
  ...deadLetterRoutes,
]

/** How long the store may take to say what is on the queues, in milliseconds: then what it said last is shown. */
const lookMs = 1_000

async function status(runtime: Runtime): Promise<Answer> {
  await runtime.queues.look(lookMs)
  return { status: 200, body: statusBody(runtime) }
}

async function numbers(runtime: Runtime, { metrics }: AdminRequest): Promise<Answer> {
  await runtime.queues.look(lookMs)
  return { status: 200, body: metrics(), text: 'text/plain; version=0.0.4; charset=utf-8' }
}

function ready(runtime: Runtime): Answer {
  const { ready, degraded, reason, revision, outcomes, components } = statusBody(runtime)
  return { status: ready ? 200 : 503, body: { ready, degraded, reason, revision, outcome: outcomes[0]?.kind, components } }
}

function model(runtime: Runtime): Answer {
  const body = runtime.describe()
  return body === undefined ? { status: 503, body: { error: 'nothing runs' } } : { status: 200, body }
}

async function reload(runtime: Runtime): Promise<Answer> {
  const outcome = await runtime.reload()
  return { status: outcome.kind === 'applied' || outcome.kind === 'unchanged' ? 200 : 409, body: outcomeBody(outcome) }
}
