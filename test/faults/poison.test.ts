import assert from 'node:assert/strict'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { LetterDetail, PageBody } from '../../engine/admin/dead-letters.ts'
import { eventually } from '../support/eventually.ts'
import { type GatewayProcess, scratch, startProcess } from '../support/gateway.ts'

const attempts = 3

/** A message that says `kill` ends the process; one that says `fail` fails each time. */
const yaml = `pipelines:
  filed:
    redelivery: { attempts: ${attempts}, delay: 10ms }
    channels:
      - file:
          folder: \${FOLDER}/in
          every: 100ms
          settle: 0s
        format: json
    steps:
      - invoke: work
  queued:
    order: strict
    redelivery: { attempts: ${attempts}, delay: 10ms }
    channels:
      - http: { path: /queued, method: POST }
        security: none
        async: true
    steps:
      - invoke: work
  work:
    steps:
      - plugin: poison
      - when: \${{ say = "fail" }}
        fail: { code: no-good, status: 503 }
      - when: \${{ say = "fine" }}
        log: fine
`

const files: Readonly<Record<string, string>> = {
  'pipelines/a.yaml': yaml,
  'plugins/poison/schema.json': JSON.stringify({
    $id: 'sluice:/transform/poison.json',
    title: 'Poison',
    description: 'Ends the process where it is told to.',
    type: 'object',
    additionalProperties: false,
    properties: {},
  }),
  'plugins/poison/plugin.ts': `import { defineTransform } from 'sluice/plugin'
export default defineTransform({
  compile: () => ({ body }) => {
    if (body.say === 'kill') process.kill(process.pid, 'SIGKILL')
    return body
  },
})
`,
}

interface World {
  readonly folder: string
  write(path: string, text: string): Promise<void>
  start(): Promise<GatewayProcess>
  /** Gateways one after the other, as a supervisor starts them, until one has so many dead letters. Gives it, and how many were killed before. */
  outlive(letters: number): Promise<{ readonly gateway: GatewayProcess; readonly killed: number }>
}

async function openWorld(context: TestContext): Promise<World> {
  const { folder, remove } = await scratch()
  context.after(remove)
  const write = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  for (const [path, text] of Object.entries(files)) await write(path, text)
  const start = (): Promise<GatewayProcess> =>
    startProcess({
      config: join(folder, 'pipelines'),
      plugins: join(folder, 'plugins'),
      environment: { FOLDER: folder, SLUICE_DATA: join(folder, 'data') },
    })
  return {
    folder,
    write,
    start,
    async outlive(count) {
      for (let killed = 0; killed < 20; killed++) {
        // One that is killed before it is ready never came to be known.
        const gateway = await start().catch(() => undefined)
        if (gateway === undefined) continue
        context.after(() => gateway.stop())
        const lives = eventually(async () => assert.equal((await lettersOf(gateway)).length, count), 60_000)
        const ended = gateway.exited.then(() => 'ended')
        if ((await Promise.race([lives.catch(() => 'ended'), ended])) !== 'ended') return { gateway, killed }
      }
      return assert.fail('it is killed again and again')
    },
  }
}

async function lettersOf({ admin }: GatewayProcess): Promise<readonly Pick<LetterDetail, 'code' | 'attempts' | 'body'>[]> {
  const ask = async <T>(path: string): Promise<T> => (await (await fetch(`${admin}/dead/letters${path}`)).json()) as T
  const { letters } = await ask<PageBody>('')
  const details = await Promise.all(letters.map(({ id }) => ask<LetterDetail>(`/${id}`)))
  return details.map(({ code, attempts: made, body }) => ({ code, attempts: made, body })).sort((a, b) => (a.body < b.body ? -1 : 1))
}

const [fail, fine, kill] = ['fail', 'fine', 'kill'].map(say => JSON.stringify({ say }))
const want = [
  { code: 'no-good', attempts, body: fail },
  { code: 'LIMIT', attempts, body: kill },
]

test('a file that kills the process each time, and one that fails each time, are dead letters after their attempts; others pass', {
  timeout: 240_000,
}, async context => {
  const world = await openWorld(context)
  await world.write('in/a-fail.json', fail ?? '')
  await world.write('in/b-kill.json', kill ?? '')
  await world.write('in/c-fine.json', fine ?? '')
  const { gateway, killed } = await world.outlive(2)
  assert.equal(killed, attempts)
  assert.deepEqual(await lettersOf(gateway), want)
  const inbox = join(world.folder, 'in')
  await eventually(async () => assert.deepEqual(await readdir(join(inbox, 'done')), ['c-fine.json']), 60_000)
  assert.deepEqual((await readdir(join(inbox, 'failed'))).sort(), ['a-fail.json', 'b-kill.json'])
  assert.equal(await gateway.stop(), 0)
  assert.deepEqual(
    (await readdir(inbox, { recursive: true })).filter(path => path.includes('crashed')),
    [],
    'nothing is remembered of it',
  )
})

test('a queued message that kills the process each time, and one that fails each time, are dead letters after their attempts; others pass', {
  timeout: 240_000,
}, async context => {
  const world = await openWorld(context)
  const first = await world.start()
  context.after(() => first.signal('SIGKILL'))
  const headers = { 'content-type': 'application/json' }
  await fetch(`${first.admin}/queues/queued/pause`, { method: 'POST', headers: { 'x-sluice': 'test' } })
  for (const body of [fail, kill, fine].map(String))
    assert.equal((await fetch(`${first.url}/queued`, { method: 'POST', headers, body })).status, 202)
  await fetch(`${first.admin}/queues/queued/resume`, { method: 'POST', headers: { 'x-sluice': 'test' } })
  await first.exited
  const { gateway, killed } = await world.outlive(2)
  await gateway.seen(/"event":"fine"/)
  assert.equal(killed + 1, attempts)
  assert.deepEqual(await lettersOf(gateway), want)
})
