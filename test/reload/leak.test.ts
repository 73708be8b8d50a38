import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type House, openHouse } from '../support/house.ts'
import { freePort } from '../support/ports.ts'
import { held, heldAgain, more } from './held.ts'

const reloads = Number(process.env.LEAK_RELOADS ?? 500)

/** Plugins have two versions that come again and again: each new one would stay in memory, as Node keeps modules. */
const plugin = (version: number): string =>
  `import { defineTransform } from 'sluice/plugin'\nexport default defineTransform({ compile: () => () => ${version} })\n`
const schema = {
  $id: 'sluice:/transform/say.json',
  title: 'Say',
  description: 'Says a number.',
  type: 'object',
  properties: {},
  examples: [{}],
}

/** Everything that has a life is another one in every version: connectors, a consuming channel, a listener, a secret, a schema, a route. */
function files(at: number, port: number): Readonly<Record<string, string>> {
  return {
    password: `password ${at % 3}`,
    'order.json': JSON.stringify({ type: 'object', properties: { [`field${at % 5}`]: { type: 'string' } } }),
    'plugins/say/plugin.ts': plugin(at % 2),
    'pipelines/a.yaml': `listeners:
${at % 4 === 0 ? `  other:\n    port: ${port}\n` : '  another:\n    port: 0\n'}connectors:
  rates:
    cache: "memory:"
    timeout: ${1 + (at % 7)}s
  remote:
    http: http://127.0.0.1:${port}/${at % 11}
security:
  ann:
    basic:
      users:
        ann: \${file:../password}
schemas:
  order:
    file: ../order.json
pipelines:
  hello:
    input: order
    channels:
      - http: /hello-${at % 13}
        security: ann
      - schedule:
          cron: "${at % 60} 3 * * *"
    steps:
      - plugin: say
      - choose:
          - when: \${{ $ = ${at} }}
            steps:
              - transform: ${at}
          - otherwise:
              - call: rates.get
                with:
                  key: \${{ $string($) & "${at % 17}" }}
`,
  }
}

test(`${reloads} reloads leave memory, timers, sockets and files as they were`, async t => {
  const port = await freePort()
  await using house = await openHouse({ 'plugins/say/schema.json': JSON.stringify(schema), ...files(0, port) }, {}, { watch: true })
  let at = 1
  const reload = async (count: number): Promise<void> => {
    for (const last = at + count; at < last; at++) {
      const { kind, findings } = await house.change(files(at, port))
      // The watch may have been quicker.
      assert.match(kind, /^(applied|unchanged)$/, JSON.stringify(findings))
      assert.equal(await ask(house, at), 401)
      await house.gateway.runtime.drained()
      house.forget()
    }
  }
  await reload(Math.max(200, Math.ceil(reloads / 10)))
  const before = await held()
  await reload(reloads)
  const after = await heldAgain(before)
  const grown = after.heap - before.heap
  t.diagnostic(`heap: ${before.heap} bytes before, ${grown} more after`)
  assert.deepEqual(more(after, before), [])
  // Revisions that stay would be 80 kB each; V8's own caches of code come and go.
  assert.ok(grown < 6_000_000, `the heap has grown by ${grown} bytes`)
})

async function ask(house: House, at: number): Promise<number> {
  const reply = await fetch(`${house.url()}/hello-${at % 13}`, { headers: { connection: 'close' } })
  await reply.arrayBuffer()
  return reply.status
}
