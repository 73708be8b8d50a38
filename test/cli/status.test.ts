import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { sluice } from '../support/gateway.ts'
import { openHouse } from '../support/house.ts'
import { freePort, listenOn } from '../support/ports.ts'

const yaml = (more = ''): string =>
  `pipelines:\n  hello:\n    channels:\n      - http: /hello\n        security: none\n    steps:\n      - transform: hello\n${more}`
const cache = (port: number): string => `connectors:\n  rates:\n    cache: redis://127.0.0.1:${port}\n    required: true\n`

test('status shows the revision, the changes and the components, and exits with 0 where the gateway is ready', async () => {
  await using house = await openHouse({ 'pipelines/a.yaml': `connectors:\n  rates:\n    cache: "memory:"\n${yaml()}` })
  await house.change({ 'pipelines/b.yaml': 'pipelnes: {}\n' })
  const at = `http://127.0.0.1:${house.gateway.admin?.address.port}`
  const { code, out, err } = await sluice(['status', '--at', at])
  assert.equal(code, 0)
  assert.match(out, /^ready: revision 1 \([\w-]{12}\) since \d{4}-\d\d-\d\dT[\d:.]+Z, 0 in flight$/m)
  assert.match(out, /^degraded: the configuration is refused; revision 1 runs on$/m)
  assert.match(
    out,
    /^changes\n {2}\S+Z {2}refused {3}revision 1, 1 error, \d+ ms\n {2}\S+Z {2}applied {3}revision 1, no findings, \d+ ms$/m,
  )
  assert.match(out, /^components\n {2}connector\/rates {2}ready$/m)
  assert.match(err, /b\.yaml:1:1 error unknown-field/)
  const { revision, hash } = JSON.parse((await sluice(['status', '--format', 'json'], { environment: { SLUICE_ADMIN: at.slice(7) } })).out)
  assert.deepEqual([revision, hash], [1, house.gateway.runtime.status().hash])
})

test('status exits with 1 where the gateway is not ready', async () => {
  await using house = await openHouse({ 'pipelines/a.yaml': cache(await freePort()) + yaml() })
  const { code, out } = await sluice(['status', '--at', `http://127.0.0.1:${house.gateway.admin?.address.port}/`])
  assert.equal(code, 1)
  assert.match(out, /^not ready: revision 1/m)
  assert.match(out, /connector\/rates {2}connecting .+/)
})

test('status says where there is no gateway, and what is none', async () => {
  const nobody = await sluice(['status', '--at', `http://127.0.0.1:${await freePort()}`])
  assert.deepEqual([nobody.code, nobody.out], [1, ''])
  assert.match(nobody.err, /^sluice: there is no gateway at http:\/\/127\.0\.0\.1:\d+\/status: .*ECONNREFUSED/)
  const other = createServer((_, response) => response.end('{"hello":1}'))
  const stranger = await sluice(['status', '--at', `http://127.0.0.1:${await listenOn(other, 0)}`])
  other.close()
  assert.equal(stranger.code, 1)
  assert.match(stranger.err, /answered 200, and not as the admin listener of a gateway does/)
})
