import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type GatewayProcess, root, scratch, sluice, startProcess } from '../support/gateway.ts'
import { freePort } from '../support/ports.ts'
import { scrape } from '../support/scrape.ts'

let gateway: GatewayProcess
let folder: Awaited<ReturnType<typeof scratch>>

const hello = (text: string): string => `pipelines:
  hello:
    channels:
      - http: /hello
        security: none
    steps:
      - transform: ${text}
  slow:
    channels:
      - http: /slow
        security: none
    steps:
      - delay: 1s
      - transform: slow
`

before(async () => {
  folder = await scratch()
  await mkdir(join(folder.folder, 'pipelines'))
  await writeFile(join(folder.folder, 'pipelines/hello.yaml'), hello('first'))
  gateway = await startProcess({ config: join(folder.folder, 'pipelines') })
})
after(async () => {
  await gateway.stop()
  await folder.remove()
})

test('the ready screen says what listens where, which pipelines there are, and a line to try', async () => {
  const rates = await startProcess()
  const { out } = rates.output
  assert.match(out, new RegExp(`public +${rates.url}`))
  assert.match(out, new RegExp(`admin +${rates.admin}`))
  assert.match(out, /get-rate +http POST \/client1\/get-rate/)
  assert.match(out, /update-cache +schedule/)
  const line = /try: curl -d '(.*)' (\S+)/.exec(out)
  const reply = await fetch(line?.[2] ?? '', { method: 'POST', body: line?.[1] ?? '' })
  assert.equal(await reply.text(), '{"rate":"1.22"}')
  assert.equal(await rates.stop(), 0)
})

test('live, ready and status answer on the admin listener', async () => {
  assert.deepEqual(await (await fetch(`${gateway.admin}/live`)).json(), { live: true })
  const ready = await fetch(`${gateway.admin}/ready`)
  assert.equal(ready.status, 200)
  assert.equal(((await ready.json()) as { ready: boolean }).ready, true)
  assert.equal(((await (await fetch(`${gateway.admin}/status`)).json()) as { revision: number }).revision, 1)
})

test('an admin request needs a loopback Host, and one that acts the header x-sluice', async () => {
  assert.equal(await statusOf(`${gateway.admin}/status`, { host: 'evil.example' }), 403)
  assert.equal((await fetch(`${gateway.admin}/reload`, { method: 'POST' })).status, 403)
  assert.equal((await fetch(`${gateway.admin}/reload`, { method: 'POST', headers: { 'x-sluice': '1' } })).status, 200)
  assert.equal((await fetch(`${gateway.admin}/nothing`)).status, 404)
})

test('a reload that is refused changes nothing and says why; a right one is applied', async () => {
  const file = join(folder.folder, 'pipelines/hello.yaml')
  await writeFile(file, hello('${{ $nowhere }}').replace('first', 'x'))
  const refused = await fetch(`${gateway.admin}/reload`, { method: 'POST', headers: { 'x-sluice': '1' } })
  assert.equal(refused.status, 409)
  const { findings } = (await refused.json()) as { findings: { rule: string; line: number }[] }
  assert.deepEqual(
    findings.map(({ rule, line }) => [rule, line]),
    [['unknown-variable', 7]],
  )
  assert.equal(await (await fetch(`${gateway.url}/hello`)).text(), '"first"')
  await writeFile(file, hello('second'))
  assert.equal((await fetch(`${gateway.admin}/reload`, { method: 'POST', headers: { 'x-sluice': '1' } })).status, 200)
  assert.equal(await (await fetch(`${gateway.url}/hello`)).text(), '"second"')
})

test('SIGTERM finishes what is there and exits with 0', async () => {
  const other = await startProcess({ config: join(folder.folder, 'pipelines') })
  const slow = fetch(`${other.url}/slow`, { headers: { 'x-correlation-id': 'the-slow-one' } })
  await fetch(`${other.url}/hello`)
  other.signal('SIGTERM')
  assert.equal(await (await slow).text(), '"slow"')
  assert.equal(await other.exited, 0)
})

test('SLUICE_HEALTH serves the probes and the metrics, to whoever reaches it, and nothing else', async () => {
  const port = await freePort()
  const probed = await startProcess({ config: join(folder.folder, 'pipelines'), environment: { SLUICE_HEALTH: `127.0.0.1:${port}` } })
  assert.equal(await statusOf(`http://127.0.0.1:${port}/ready`, { host: 'probe.example' }), 200)
  const scraped = await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { host: 'prometheus.example' } })
  assert.ok(scrape(await scraped.text()).some(({ name, value }) => name === 'sluice_ready' && value === 1))
  for (const path of ['/status', '/model', '/reload', '/pipelines/hello/invoke'])
    assert.equal(await statusOf(`http://127.0.0.1:${port}${path}`, {}), 404, path)
  await probed.stop()
})

const refusals = [
  { name: 'an admin address that is not loopback', environment: { SLUICE_ADMIN: '0.0.0.0:8081' }, says: /loopback/ },
  { name: 'a setting that is no address', environment: { SLUICE_LISTEN: 'nonsense' }, says: /SLUICE_LISTEN.*host:port/ },
  { name: 'a log level that is none', environment: { SLUICE_LOG: 'loud' }, says: /debug, info, warn or error/ },
  { name: 'a folder that is not there', environment: { SLUICE_CONFIG: 'no-such-folder' }, says: /no-such-folder/ },
]
for (const { name, environment, says } of refusals)
  test(`${name} exits with 78 and says what to write`, async () => {
    const { code, err } = await sluice(['run'], {
      environment: { SLUICE_ADMIN: `127.0.0.1:${await freePort()}`, SLUICE_LISTEN: `127.0.0.1:${await freePort()}`, ...environment },
    })
    assert.match(err, says)
    assert.equal(code, 78)
  })

test('a port that is taken exits with 78 and names it', async () => {
  const { code, err } = await sluice(['run'], {
    environment: {
      SLUICE_LISTEN: new URL(gateway.url).host,
      SLUICE_ADMIN: `127.0.0.1:${await freePort()}`,
      SLUICE_CONFIG: join(folder.folder, 'pipelines'),
    },
  })
  assert.match(err, new RegExp(new URL(gateway.url).host))
  assert.equal(code, 78)
})

test('a broken folder exits with 78 and shows its findings', async () => {
  const broken = await scratch()
  await writeFile(join(broken.folder, 'wrong.yaml'), 'pipelines:\n  hello:\n    chanels: []\n')
  const { code, err } = await sluice(['run', '--config', broken.folder], {
    environment: { SLUICE_ADMIN: `127.0.0.1:${await freePort()}`, SLUICE_LISTEN: `127.0.0.1:${await freePort()}` },
  })
  assert.match(err, /wrong\.yaml:3:5 error unknown-field .*channels/)
  assert.equal(code, 78)
  await broken.remove()
})

test('a .env file is read, and the environment wins over it', async () => {
  const home = await scratch()
  await mkdir(join(home.folder, 'pipelines'))
  await writeFile(join(home.folder, 'pipelines/hello.yaml'), 'pipelines:\n  hello:\n    steps:\n      - transform: ${GREETING} ${NAME}\n')
  await writeFile(join(home.folder, '.env'), 'GREETING=good day\nNAME=nobody\n')
  const { out } = await sluice(['invoke', 'hello'], { folder: home.folder, environment: { NAME: 'world' } })
  assert.equal(out, '"good day world"\n')
  await home.remove()
})

test('an older Node gets a line that says what to type', async () => {
  const home = await scratch()
  await writeFile(join(home.folder, 'old.cjs'), "Object.defineProperty(process.versions, 'node', { value: '22.11.0' })\n")
  const { code, err } = await sluice(['run'], { environment: { NODE_OPTIONS: `--require ${join(home.folder, 'old.cjs')}` } })
  assert.match(err, /Node\.js 24.*npm ci/)
  assert.equal(code, 78)
  await home.remove()
})

function statusOf(url: string, headers: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, { headers }, reply => {
      reply.resume()
      resolve(reply.statusCode ?? 0)
    })
      .on('error', reject)
      .end()
  })
}

test('the command line is found by its bin', async () => {
  const { default: manifest } = await import(join(root, 'package.json'), { with: { type: 'json' } })
  assert.equal(manifest.bin.sluice, 'engine/sluice.js')
})
