import assert from 'node:assert/strict'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { eventually } from '../support/eventually.ts'
import { type GatewayProcess, scratch, startProcess } from '../support/gateway.ts'
import { type HttpServer, startHttp } from '../support/http-server.ts'

interface World {
  readonly gateway: GatewayProcess
  readonly partner: HttpServer
  readonly folder: string
  readonly ready: () => Promise<number>
}

/** A gateway with a message by each way in that waits for a partner, who answers when the test lets him. */
async function busy(environment: Readonly<Record<string, string>>, work: (world: World) => Promise<void>): Promise<void> {
  await using partner = await startHttp((_request, response) => response.end('{}'))
  partner.freeze()
  const { folder, remove } = await scratch()
  for (const name of ['in', 'pipelines']) await mkdir(join(folder, name))
  await writeFile(join(folder, 'in', 'a.json'), '{}')
  await writeFile(join(folder, 'in', 'b.json'), '{}')
  await writeFile(
    join(folder, 'pipelines', 'a.yaml'),
    `
connectors:
  partner:
    http: ${partner.url}
    timeout: 60s
pipelines:
  all:
    timeout: 60s
    channels:
      - http:
          path: /a
          method: POST
        security: none
      - http:
          path: /later
          method: POST
        name: later
        security: none
        async: true
      - file:
          folder: ${folder}/in
          every: 100ms
          settle: 0s
    steps:
      - call: partner.post
        with:
          path: /
          body: 1
`,
  )
  const gateway = await startProcess({ config: join(folder, 'pipelines'), environment })
  try {
    const ready = async (): Promise<number> => (await fetch(`${gateway.admin}/ready`)).status
    await work({ gateway, partner, folder, ready })
  } finally {
    gateway.signal('SIGKILL')
    await gateway.exited
    await remove()
  }
}

const post = (gateway: GatewayProcess, path: string): Promise<Response> => fetch(gateway.url + path, { method: 'POST', body: '{}' })
const names = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder, { withFileTypes: true }).catch(() => [])).filter(entry => entry.isFile()).map(entry => entry.name)

describe('at SIGTERM', { timeout: 120_000 }, () => {
  test('requests, files and queued messages that are there end well, nothing new is taken, and the exit code is 0', () =>
    busy({}, async ({ gateway, partner, folder, ready }) => {
      const answer = post(gateway, '/a')
      assert.equal((await post(gateway, '/later')).status, 202)
      await partner.asked(3)
      gateway.signal('SIGTERM')
      await eventually(async () => assert.equal(await ready(), 503))
      await assert.rejects(post(gateway, '/a'), 'it takes no new connection')
      partner.thaw()
      assert.equal((await answer).status, 200)
      assert.equal(await gateway.exited, 0)
      assert.equal(partner.requests.length, 3)
      assert.deepEqual([await names(join(folder, 'in/done')), await names(join(folder, 'in'))], [['a.json'], ['b.json']])
    }))

  test('what does not end within the grace is handed back', () =>
    busy({ SLUICE_STOP: '0s,2s' }, async ({ gateway, partner, folder }) => {
      await partner.asked(1)
      gateway.signal('SIGTERM')
      assert.equal(await gateway.exited, 0)
      assert.deepEqual((await names(join(folder, 'in'))).toSorted(), ['a.json', 'b.json'])
    }))

  test('a gateway that is told to leave first is not ready, and still takes messages for that long', () =>
    busy({ SLUICE_STOP: '4s,5s' }, async ({ gateway, partner, ready }) => {
      partner.thaw()
      gateway.signal('SIGTERM')
      await eventually(async () => assert.equal(await ready(), 503))
      assert.equal((await post(gateway, '/a')).status, 200)
      assert.equal(await gateway.exited, 0)
    }))

  test('a second signal ends it at once', () =>
    busy({}, async ({ gateway, partner, ready }) => {
      await partner.asked(1)
      gateway.signal('SIGTERM')
      await eventually(async () => assert.equal(await ready(), 503))
      const begun = performance.now()
      gateway.signal('SIGINT')
      assert.equal(await gateway.exited, 130)
      assert.ok(performance.now() - begun < 15_000)
      assert.match(gateway.output.err, /ended by a second signal/)
    }))
})
