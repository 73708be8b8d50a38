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
  'moved',
  'opened',
  'scheduled',
  'shaped',
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
  '/left',
  '/right',
  '/opened',
  '/shaped?size=2',
] as const
export type Route = (typeof routes)[number]

/** Routes with a listener of their own, whose port is not open in every version: `/left` and `/right` are where the same one moves between. */
export const doors = ['/left', '/right', '/opened'] as const
export type Door = (typeof doors)[number]
export const isDoor = (route: Route): route is Door => doors.some(door => door === route)

/** What the load says to `/passworded`; true at every second version. */
export const password = 'password 1'

/** The answer of a route: status, and the body of a 200; `refused` where nothing listens. Some routes come and go, so theirs are one of two. */
export function answerOf(route: Route, state: State): string {
  const odd = (version: number, then: string, other: string): string => (version % 2 === 1 ? then : other)
  if (route === '/constant') return '200 "same"'
  if (route === '/rate') return '200 {"rate":"1.22"}'
  if (route === '/extra') return odd(state.extra, '200 "extra"', '404')
  if (route === '/secured') return odd(state.secured, '200 "secured"', '401')
  if (route === '/passworded') return odd(state.passworded, '200 "passworded"', '401')
  if (route === '/certified') return odd(state.certified, '200 "certified"', '502')
  if (route === '/left') return odd(state.moved, '200 "moved"', 'refused')
  if (route === '/right') return odd(state.moved, 'refused', '200 "moved"')
  if (route === '/opened') return odd(state.opened, '200 "opened"', 'refused')
  if (route === '/shaped?size=2') return odd(state.shaped, '200 "shaped"', '400')
  // Every other one is named for what changes it.
  const version = state[route.slice(1) as Kind]
  return `200 {"a":${version},"b":${version}}`
}
