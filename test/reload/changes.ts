import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What the load asks for, and what each route answers at a version of its own. */
export interface State {
  readonly extra: number
  readonly secured: number
  readonly stepped: number
  readonly plugged: number
  readonly broken: boolean
}
export const first: State = { extra: 0, secured: 0, stepped: 0, plugged: 0, broken: false }

export const routes = ['/constant', '/rate', '/extra', '/secured', '/stepped', '/plugged'] as const
export type Route = (typeof routes)[number]

/** The answer of a route: status and body. The routes `/extra` and `/secured` come and go, so theirs are one of two. */
export function answerOf(route: Route, state: State): string {
  if (route === '/constant') return '200 "same"'
  if (route === '/rate') return '200 {"rate":"1.22"}'
  if (route === '/extra') return state.extra % 2 === 0 ? '200 "extra"' : '404'
  if (route === '/secured') return state.secured % 2 === 0 ? '200 "secured"' : '401'
  const version = route === '/stepped' ? state.stepped : state.plugged
  return `200 {"a":${version},"b":${version}}`
}

/** One change of the state: a route comes or goes, security, a step, a plugin, or a file that cannot be read. */
export function change(state: State, at: number): State {
  const kinds = [
    { ...state, broken: false, stepped: state.stepped + 1 },
    { ...state, broken: false, extra: state.extra + 1 },
    { ...state, broken: true },
    { ...state, broken: false, secured: state.secured + 1 },
    { ...state, broken: false, plugged: state.plugged + 1 },
  ] as const
  return kinds[at % kinds.length] ?? state
}

/** Writes the whole configuration of a state. A broken one has an error beside changes that must not be seen. */
export async function write(folder: string, state: State): Promise<void> {
  const served = (name: string, security: string, steps: string): string => `  ${name}:
    channels:
      - http: /${name}
        security: ${security}
    steps:
${steps}
`
  const version = state.broken ? -1 : state.stepped
  const pipelines = [
    served('constant', 'none', '      - transform: same'),
    served(
      'rate',
      'none',
      '      - call: rates.set\n        with:\n          key: day\n          value: "1.22"\n      - call: rates.get\n        with:\n          key: day\n        as: rate\n      - transform:\n          rate: ${{ $rate }}',
    ),
    served('secured', state.secured % 2 === 0 ? 'none' : 'partner', '      - transform: secured'),
    served(
      'stepped',
      'none',
      `      - set:\n          version: ${version}\n      - transform:\n          a: \${{ $version }}\n          b: ${version}`,
    ),
    served('plugged', 'none', '      - plugin: version'),
    ...(state.extra % 2 === 0 ? [served('extra', 'none', '      - transform: extra')] : []),
    ...(state.broken ? [served('wrong', 'none', '      - trnasform: wrong')] : []),
  ]
  await mkdir(join(folder, 'pipelines'), { recursive: true })
  await mkdir(join(folder, 'plugins/version'), { recursive: true })
  await writeFile(
    join(folder, 'plugins/version/schema.json'),
    JSON.stringify({
      $id: 'sluice:/transform/version.json',
      title: 'Version',
      description: 'Says its version.',
      type: 'object',
      additionalProperties: false,
      properties: {},
      examples: [{}],
    }),
  )
  await writeFile(
    join(folder, 'plugins/version/plugin.ts'),
    `import { defineTransform } from 'sluice/plugin'\nimport { version } from './version.ts'\n\nexport default defineTransform<object>({ compile: () => () => ({ a: version, b: version }) })\n`,
  )
  await writeFile(join(folder, 'plugins/version/version.ts'), `export const version = ${state.plugged}\n`)
  await writeFile(
    join(folder, 'pipelines/all.yaml'),
    `connectors:\n  rates:\n    cache: "memory:"\nsecurity:\n  partner:\n    basic:\n      users:\n        partner: \${PARTNER_PASSWORD}\npipelines:\n${pipelines.join('')}`,
  )
}
