import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import { type GatewayProcess, scratch, sluice, startProcess } from '../support/gateway.ts'
import { freePort } from '../support/ports.ts'

/** Secret, schema and text: each in a file of its own. */
const yaml = (text: string): string => `security:
  partner:
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
      - http: /hello
        security: partner
    steps:
      - transform: ${text}
`

let home: string
let remove: () => Promise<void>
const file = (name: string): string => join(home, name)
const started: GatewayProcess[] = []
const start = async (): Promise<GatewayProcess> => {
  const environment = { SLUICE_DATA: file('data') }
  const gateway = await startProcess({ config: file('pipelines'), plugins: file('plugins'), environment })
  started.push(gateway)
  return gateway
}
afterEach(async () => {
  await Promise.all(started.splice(0).map(gateway => gateway.stop()))
})
const hello = async (gateway: GatewayProcess, password: string): Promise<string> => {
  const authorization = `Basic ${btoa(`ann:${password}`)}`
  const reply = await fetch(`${gateway.url}/hello`, { headers: { authorization } })
  return `${reply.status} ${await reply.text()}`
}
interface Ready {
  readonly ready: boolean
  readonly degraded: boolean
  readonly reason?: string
  readonly revision: number
}
const ready = async (gateway: GatewayProcess): Promise<Ready & { readonly status: number }> => {
  const reply = await fetch(`${gateway.admin}/ready`)
  // The admin listener answers so.
  return { status: reply.status, ...((await reply.json()) as Ready) }
}

before(async () => {
  const made = await scratch()
  home = made.folder
  remove = made.remove
})
after(() => remove())
beforeEach(async () => {
  await rm(file('data'), { recursive: true, force: true })
  await mkdir(file('pipelines'), { recursive: true })
  await mkdir(file('plugins'), { recursive: true })
  await writeFile(file('password'), 'the old password')
  await writeFile(file('order.json'), '{ "type": "object" }')
  await writeFile(file('pipelines/hello.yaml'), yaml('first'))
  const gateway = await start()
  assert.equal(await gateway.stop(), 0)
})

test('what ran is kept in one file that only this user may read; a secret is in it by its name alone', async () => {
  assert.deepEqual(await readdir(file('data/revisions')), ['000001.json'])
  assert.equal((await stat(file('data/revisions/000001.json'))).mode & 0o777, 0o600)
  const text = await readFile(file('data/revisions/000001.json'), 'utf8')
  assert.match(text, /\$\{file:\.\.\/password\}/)
  assert.doesNotMatch(text, /the old password/)
})

test('a start on the same configuration is the same revision', async () => {
  const gateway = await start()
  assert.equal((await ready(gateway)).revision, 1)
  await gateway.stop()
  assert.deepEqual(await readdir(file('data/revisions')), ['000001.json'])
})

test('a start on a broken folder serves what ran last, with the secrets of today, and says so', async () => {
  await writeFile(file('pipelines/hello.yaml'), 'pipelnes: {}\n')
  await writeFile(file('order.json'), 'no JSON')
  await writeFile(file('password'), 'the new password')
  const gateway = await start()
  assert.equal(await hello(gateway, 'the new password'), '200 "first"')
  const { status, ready: isReady, degraded, reason = '', revision } = await ready(gateway)
  assert.deepEqual({ status, isReady, degraded, revision }, { status: 200, isReady: true, degraded: true, revision: 1 })
  assert.match(reason, /^the configuration is broken; revision 1 of .*, the last that was good, runs instead$/)
  await gateway.seen(/"event":"last good","revision":1/)
  await gateway.seen(/"event":"finding","rule":"unknown-field".*hello\.yaml/)
  await gateway.seen(/"event":"configuration","outcome":"refused","revision":1/)
  assert.match(gateway.output.err, /^sluice: the configuration is broken; revision 1/m)
  await writeFile(file('order.json'), '{ "type": "object" }')
  await writeFile(file('pipelines/hello.yaml'), yaml('mended'))
  await gateway.seen(/"event":"configuration","outcome":"applied","revision":2/)
  assert.equal((await ready(gateway)).degraded, false)
  assert.equal(await hello(gateway, 'the new password'), '200 "mended"')
  await gateway.stop()
})

test('a folder that is mended to what ran is not degraded any more', async () => {
  await writeFile(file('pipelines/hello.yaml'), 'pipelnes: {}\n')
  const gateway = await start()
  await writeFile(file('pipelines/hello.yaml'), yaml('first'))
  await gateway.seen(/"event":"configuration","outcome":"unchanged","revision":1/)
  assert.equal((await ready(gateway)).degraded, false)
  await gateway.stop()
})

test('a change that is refused makes the gateway degraded until it is mended', async () => {
  const gateway = await start()
  await writeFile(file('pipelines/hello.yaml'), 'pipelnes: {}\n')
  await gateway.seen(/"outcome":"refused"/)
  const refused = await ready(gateway)
  assert.deepEqual([refused.status, refused.reason], [200, 'the configuration is refused; revision 1 runs on'])
  await writeFile(file('pipelines/hello.yaml'), yaml('second'))
  await gateway.seen(/"outcome":"applied","revision":2/)
  assert.equal((await ready(gateway)).degraded, false)
  await gateway.stop()
})

test('a kept revision that is damaged is passed over for the one before', async () => {
  await writeFile(file('pipelines/hello.yaml'), yaml('second'))
  await (await start()).stop()
  const newest = file('data/revisions/000002.json')
  await writeFile(newest, (await readFile(newest, 'utf8')).replace('transform: second', 'transform: forged'))
  await writeFile(file('pipelines/hello.yaml'), 'pipelnes: {}\n')
  const gateway = await start()
  assert.equal(await hello(gateway, 'the old password'), '200 "first"')
  await gateway.stop()
})

test('with neither a folder that can be loaded nor a revision that could be, it exits with 78', async () => {
  const environment = {
    SLUICE_LISTEN: `127.0.0.1:${await freePort()}`,
    SLUICE_ADMIN: `127.0.0.1:${await freePort()}`,
    SLUICE_CONFIG: file('pipelines'),
    SLUICE_DATA: file('data'),
  }
  await writeFile(file('pipelines/hello.yaml'), 'pipelnes: {}\n')
  await rm(file('password'))
  const { code, err } = await sluice(['run'], { environment })
  assert.equal(code, 78)
  assert.match(err, /unknown-field/)
  assert.match(err, /"event":"last good","revision":1.*does not exist/)
  await rm(file('data'), { recursive: true })
  assert.equal((await sluice(['run'], { environment })).code, 78)
})

test('a folder of data that cannot be written is a warning, and the gateway runs', async () => {
  await rm(file('data'), { recursive: true })
  await writeFile(file('data'), 'a file where a folder should be')
  const gateway = await start()
  await gateway.seen(/"level":"warn","event":"revision not kept","revision":1/)
  assert.equal(await hello(gateway, 'the old password'), '200 "first"')
  await gateway.stop()
  await rm(file('data'))
})
