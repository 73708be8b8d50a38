import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import postgres from 'postgres'
import { type GatewayProcess, root, scratch, sluice, startProcess } from '../support/gateway.ts'
import { freePort } from '../support/ports.ts'
import { type PostgresServer, startPostgres, withoutPostgres } from '../support/postgres.ts'

test('an address of a store that cannot be used ends the start, and its password is not said', async () => {
  const { code, err } = await sluice(['run'], { environment: { SLUICE_STORE: 'postgres://u:open-sesame@h/d?schema=A' } })
  assert.equal(code, 78)
  assert.match(err, /SLUICE_STORE is "postgres:\/\/\*\*\*@h\/d\?schema=A": a schema is named by small letters/)
  assert.doesNotMatch(err, /open-sesame/)
})

describe('a gateway whose store is PostgreSQL', { skip: withoutPostgres() ?? false }, () => {
  let server: PostgresServer
  before(async () => {
    server = await startPostgres()
  })
  after(() => server?.stop())

  test('does not start on a schema of a newer program: exit code 78, and both versions in a line', async () => {
    const sql = postgres(server.url, { max: 1, onnotice: () => {} })
    await sql`create schema newer`
    await sql`create table newer.version (number int primary key)`
    await sql`insert into newer.version values (99)`
    await sql.end()
    const { folder, remove } = await scratch(join(root, 'pipelines'))
    const environment = {
      SLUICE_STORE: `${server.url}?schema=newer`,
      SLUICE_CONFIG: folder,
      SLUICE_LISTEN: `127.0.0.1:${await freePort()}`,
    }
    const { code, err } = await sluice(['run'], { environment, folder })
    assert.equal(code, 78, err)
    assert.match(err, /its schema "newer" has version 99, and this program knows up to 1/)
    assert.doesNotMatch(err, /open-sesame|at .*\.ts:/)
    await remove()
  })

  test('a node without a folder of data starts on a broken folder by the last revision that any node ran', async () => {
    const { folder, remove } = await scratch()
    const file = join(folder, 'ping.yaml')
    const pipeline = `pipelines:
  ping:
    channels:
      - http: /ping
        security: none
    steps:
      - transform: ONE
`
    const environment = { SLUICE_STORE: `${server.url}?schema=revisions` }
    const started: GatewayProcess[] = []
    const start = async (): Promise<GatewayProcess> => {
      const gateway = await startProcess({ config: folder, environment })
      started.push(gateway)
      return gateway
    }
    const ping = async ({ url }: GatewayProcess): Promise<string> => await (await fetch(`${url}/ping`)).text()
    try {
      for (const word of ['first', 'second']) {
        await writeFile(file, pipeline.replace('ONE', word))
        const gateway = await start()
        assert.match(await ping(gateway), new RegExp(word))
        await gateway.stop()
      }
      await writeFile(file, 'pipelines: { ping: { steps: [nothing] } }')
      const other = await start()
      assert.match(await ping(other), /second/)
      await other.seen(/"event":"last good"/)
    } finally {
      await Promise.all(started.map(gateway => gateway.stop()))
      await remove()
    }
  })

  test('starts while the database is away, says so, and heals by itself', async () => {
    await server.kill()
    const gateway = await startProcess({ environment: { SLUICE_STORE: server.url } })
    try {
      assert.equal((await store(gateway)).state, 'connecting')
      await server.restart()
      await until(gateway, 'ready')
      await server.kill()
      await until(gateway, 'degraded')
      await server.restart()
      await until(gateway, 'ready')
      assert.doesNotMatch(gateway.output.err, /open-sesame/)
      assert.equal(await gateway.stop(), 0)
    } finally {
      await gateway.stop()
    }
  })
})

async function store(gateway: GatewayProcess): Promise<{ readonly state?: string }> {
  const answer = await fetch(`${gateway.admin}/status`)
  // What the admin listener says of every component.
  const { components } = (await answer.json()) as { components: readonly { readonly id: string; readonly state: string }[] }
  return components.find(({ id }) => id === 'store') ?? {}
}

async function until(gateway: GatewayProcess, state: string): Promise<void> {
  const deadline = performance.now() + 30_000
  for (let found = await store(gateway); found.state !== state; found = await store(gateway)) {
    assert.ok(performance.now() < deadline, `the store is ${found.state}`)
    await setTimeout(50)
  }
}
