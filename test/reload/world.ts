import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import { join } from 'node:path'
import { selfSigned } from '../support/certificates.ts'
import { scratch } from '../support/gateway.ts'
import { mount } from '../support/mounted.ts'
import { freePort, listenOn } from '../support/ports.ts'
import { type Door, first } from './state.ts'

/** The folders that a gateway runs on, and a server that it calls by TLS. */
export interface World extends AsyncDisposable {
  readonly folder: string
  /** As SLUICE_CONFIG: a plain folder, one that Kubernetes mounts, and an overlay on both. */
  readonly config: string
  /** The certificate of the server, and one of somebody else. */
  readonly authorities: readonly [right: string, wrong: string]
  /** Where the doors are when they are open. */
  readonly ports: Ports
}

export type Ports = Readonly<Record<Door, number>>

/** A served pipeline as a whole file. */
export const served = (name: string, steps: string, security = 'none'): string =>
  `pipelines:\n  ${name}:\n    channels:\n      - http: /${name}\n        security: ${security}\n    steps:\n${steps}`

/** Steps that answer with a version twice: half old and half new would be seen. */
export const versioned = (version: number): string =>
  `      - set:\n          version: ${version}\n      - transform:\n          a: \${{ $version }}\n          b: ${version}\n`

export const connected = (version: number): string =>
  `connectors:\n  own:\n    http: \${TREASURY_URL}/${version}\n${served('connected', '      - call: own.get\n        with:\n          path: /\n')}`

/** A listener that moves from one port to another and back. */
export const moved = (version: number, ports: Ports): string =>
  `listeners:\n  moved:\n    port: ${ports[version % 2 === 1 ? '/left' : '/right']}\npipelines:\n  moved:\n    channels:\n${['/left', '/right'].map(path => `      - http: { path: ${path}, listener: moved }\n        security: none\n`).join('')}    steps:\n      - transform: moved\n`

/** A listener that is there in every second version; the pipeline stays. */
export const opened = (version: number, ports: Ports): string => {
  const [listener, channel] = [
    `listeners:\n  opened:\n    port: ${ports['/opened']}\n`,
    '      - http: { path: /opened, listener: opened }\n        security: none\n',
  ]
  const open = version % 2 === 1
  return `${open ? listener : ''}pipelines:\n  opened:\n    channels:\n      - http: /opened-inside\n        security: none\n${open ? channel : ''}    steps:\n      - transform: opened\n`
}

/** The same ticks in every version, said in two ways. A run lasts long enough that some changes come upon it. */
export const scheduled = (version: number): string =>
  `pipelines:\n  scheduled:\n    channels:\n      - schedule: { ${version % 2 === 1 ? 'every: 1s' : 'cron: "* * * * * *"'}, body: { version: ${version} } }\n    steps:\n      - delay: 150ms\n      - log:\n          message: ticked\n          fields:\n            tick: \${{ $meta.tick }}\n            version: \${{ version }}\n`

/** A schema of messages, in a file of its own: what the load sends is too large for every second version. */
export const shaped = (version: number): string =>
  JSON.stringify({ type: 'object', properties: { size: { type: 'integer', maximum: version % 2 === 1 ? 2 : 1 } } })

export async function openWorld(): Promise<World> {
  const { folder, remove } = await scratch()
  const [right, wrong] = [selfSigned(), selfSigned()]
  const server = createServer(right, (_, response) => response.setHeader('content-type', 'application/json').end('"certified"'))
  const port = await listenOn(server, 0)
  const ports: Ports = { '/left': await freePort(), '/right': await freePort(), '/opened': await freePort() }
  const files = {
    'pipelines/constant.yaml': served('constant', '      - transform: same\n'),
    'pipelines/rate.yaml': `connectors:\n  rates:\n    cache: "memory:"\n${served('rate', rate)}`,
    'pipelines/stepped.yaml': served('stepped', versioned(first.stepped)),
    'pipelines/extra.yaml': served('extra', '      - transform: extra\n'),
    'pipelines/secured.yaml': served('secured', '      - transform: secured\n'),
    'pipelines/security.yaml': `security:\n  partner:\n    basic:\n      users:\n        partner: \${PARTNER_PASSWORD}\n  ann:\n    basic:\n      users:\n        ann: \${file:../secrets/password}\n`,
    'pipelines/connected.yaml': connected(first.connected),
    'pipelines/echo.yaml': echo,
    'pipelines/plugged.yaml': served('plugged', '      - plugin: version\n'),
    'pipelines/passworded.yaml': served('passworded', '      - transform: passworded\n', 'ann'),
    'pipelines/certified.yaml': certified(port),
    'pipelines/overlaid.yaml': served('overlaid', versioned(0)),
    'pipelines/halved.yaml': served('halved', versioned(first.halved)),
    'pipelines/moved.yaml': moved(first.moved, ports),
    'pipelines/opened.yaml': opened(first.opened, ports),
    'pipelines/scheduled.yaml': scheduled(first.scheduled),
    'pipelines/shaped.yaml': `schemas:\n  shaped:\n    file: ../schemas/shaped.json\n${served('shaped', '      - transform: shaped\n').replace('  shaped:\n', '  shaped:\n    input: shaped\n')}`,
    'schemas/shaped.json': shaped(first.shaped),
    'overlay/overlaid.yaml': `pipelines:\n  overlaid:\n    steps:\n${versioned(first.overlaid)}`,
    'plugins/version/schema.json': JSON.stringify(schema),
    'plugins/version/plugin.ts': plugin,
    'plugins/version/version.ts': `export const version = ${first.plugged}\n`,
    'certificates/ca.pem': right.cert,
  }
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true })
    await writeFile(join(folder, name), text)
  }
  await mount(join(folder, 'secrets'), { password: `password ${first.passworded}` }, 1)
  await mount(join(folder, 'mounted'), { 'mounted.yaml': served('mounted', versioned(first.mounted)) }, 1)
  return {
    folder,
    config: ['pipelines', 'mounted', 'overlay'].map(name => join(folder, name)).join(':'),
    authorities: [right.cert, wrong.cert],
    ports,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await remove()
    },
  }
}

const rate =
  '      - call: rates.set\n        with:\n          key: day\n          value: "1.22"\n      - call: rates.get\n        with:\n          key: day\n        as: rate\n      - transform:\n          rate: ${{ $rate }}\n'

/** What the gateway calls in itself. */
const echo = `pipelines:
  echo:
    channels:
      - http: /sample/{version}
        security: none
    steps:
      - transform:
          a: \${{ $number($params.version) }}
          b: \${{ $number($params.version) }}
`

/** Whoever is not known to the authority is refused at once, every time anew. */
const certified = (port: number): string => `connectors:
  safe:
    http:
      url: https://127.0.0.1:${port}
      tls:
        ca: \${file:../certificates/ca.pem}
    retry: 1
    breaker: false
${served('certified', '      - call: safe.get\n        with:\n          path: /\n')}`

const schema = {
  $id: 'sluice:/transform/version.json',
  title: 'Version',
  description: 'Says its version.',
  type: 'object',
  additionalProperties: false,
  properties: {},
  examples: [{}],
}
const plugin = `import { defineTransform } from 'sluice/plugin'\nimport { version } from './version.ts'\n\nexport default defineTransform<object>({ compile: () => () => ({ a: version, b: version }) })\n`
