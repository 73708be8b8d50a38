/** What changes, each by a counter of its own. */
export const kinds = [
  'stepped',
  'extra',
  'secured',
  'connected',
  'plugged',
  'passworded',
  'certified',
  'overlaid',
  'halved',
  'mounted',
  'broken',
] as const
export type Kind = (typeof kinds)[number]
export type State = Readonly<Record<Kind, number>>

/** 1 of each: what Kubernetes mounts counts from there. */
export const first: State = Object.fromEntries(kinds.map(kind => [kind, 1])) as Record<Kind, number>

export const routes = [
  '/constant',
  '/rate',
  '/stepped',
  '/extra',
  '/secured',
  '/connected',
  '/plugged',
  '/passworded',
  '/certified',
  '/overlaid',
  '/halved',
  '/mounted',
] as const
export type Route = (typeof routes)[number]

/** What the load says to `/passworded`; true at every second version. */
export const password = 'password 1'

/** The answer of a route: status, and the body of a 200. Some routes come and go, so theirs are one of two. */
export function answerOf(route: Route, state: State): string {
  const odd = (version: number, then: string, other: string): string => (version % 2 === 1 ? then : other)
  if (route === '/constant') return '200 "same"'
  if (route === '/rate') return '200 {"rate":"1.22"}'
  if (route === '/extra') return odd(state.extra, '200 "extra"', '404')
  if (route === '/secured') return odd(state.secured, '200 "secured"', '401')
  if (route === '/passworded') return odd(state.passworded, '200 "passworded"', '401')
  if (route === '/certified') return odd(state.certified, '200 "certified"', '502')
  // Every other one is named for what changes it.
  const version = state[route.slice(1) as Kind]
  return `200 {"a":${version},"b":${version}}`
}
