import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { settingNames } from '../../engine/settings.ts'
import manifest from '../../package.json' with { type: 'json' }
import { all, environmentOf, execForm, only, readDockerfile, type Stage } from '../support/dockerfile.ts'
import { root } from '../support/gateway.ts'
import { buildImage, type Image } from '../support/image.ts'
import { registryAway } from '../support/package.ts'
import { freePort } from '../support/ports.ts'

const stages = readDockerfile(join(root, 'Dockerfile'))
const [, final = missing()] = stages
const environment = environmentOf(final)
const away = await registryAway()
let image: Image

before(async () => {
  if (away !== false) return
  image = await buildImage(stages)
  await writeFile(join(image.root, 'pipelines/hello.yaml'), hello)
})
after(async () => {
  if (away === false) await image[Symbol.asyncDispose]()
})

const hello = `pipelines:
  hello:
    channels:
      - http: /hello
        security: none
    steps:
      - transform: good day
`

test('there are two stages, both on the very Node that the tests run with', () => {
  assert.deepEqual(
    stages.map(stage => stage.image),
    [`node:${manifest.devDependencies.node}-slim`, `node:${manifest.devDependencies.node}-slim`],
  )
})

test('what runs is the package, with production dependencies in the versions of the lockfile', { skip: away }, () => {
  assert.ok(!readdirSync(join(image.root, 'app')).includes('test'))
  assert.ok(readdirSync(join(image.root, 'app/dist')).includes('main.js'))
  const modules = readdirSync(join(image.root, 'app/node_modules'))
  for (const name of Object.keys(manifest.devDependencies)) assert.ok(!modules.includes(name), name)
  for (const name of Object.keys(manifest.dependencies)) assert.ok(modules.includes(name.split('/')[0] ?? ''), name)
})

test('the user is a number, and not root; all it may write to is the data folder', () => {
  assert.match(only(final, 'USER').text, /^[1-9]\d*:[1-9]\d*$/)
  assert.deepEqual(
    all(final, 'RUN')
      .filter(({ text }) => /^(chown|chmod) /.test(text))
      .map(({ text }) => text),
    [`chown ${only(final, 'USER').text} ${environment['SLUICE_DATA']}`],
  )
})

test('volumes, ports and variables are those of the settings', () => {
  const variables = Object.values(settingNames).map(({ variable }): string => variable)
  for (const name of Object.keys(environment)) assert.ok(name === 'NODE_ENV' || variables.includes(name), name)
  assert.deepEqual(
    execForm(only(final, 'VOLUME').text),
    ['SLUICE_CONFIG', 'SLUICE_PLUGINS', 'SLUICE_DATA'].map(name => environment[name]),
  )
  assert.deepEqual(
    only(final, 'EXPOSE').text.split(' '),
    ['SLUICE_LISTEN', 'SLUICE_HEALTH'].map(name => environment[name]?.replace('0.0.0.0:', '')),
  )
})

test('as that user, on a file system where only the data folder can be written, it answers, is healthy, and stops at a signal', {
  skip: away,
}, async () => {
  const ports = { SLUICE_LISTEN: await freePort(), SLUICE_HEALTH: await freePort(), SLUICE_ADMIN: await freePort() }
  const before = listing()
  const child = start({
    ...mapped(),
    SLUICE_LISTEN: `0.0.0.0:${ports.SLUICE_LISTEN}`,
    SLUICE_HEALTH: `0.0.0.0:${ports.SLUICE_HEALTH}`,
    SLUICE_ADMIN: `127.0.0.1:${ports.SLUICE_ADMIN}`,
  })
  try {
    assert.equal(healthy(ports.SLUICE_HEALTH), 1)
    for await (const text of child.stdout ?? []) if (/sluice is ready/.test(String(text))) break
    assert.equal(healthy(ports.SLUICE_HEALTH), 0)
    for (const host of ['127.0.0.1', ...outsideAddress()])
      assert.equal(await (await fetch(`http://${host}:${ports.SLUICE_LISTEN}/hello`)).text(), '"good day"')
    child.kill(signalName())
    assert.deepEqual(await once(child, 'exit'), [0, null])
    assert.equal(healthy(ports.SLUICE_HEALTH), 1)
  } finally {
    child.kill('SIGKILL')
  }
  assert.deepEqual(listing(), before)
})

/** The image's command in its exec form, and what stands for the container: its environment alone, its user, nowhere to write temporary files. */
function start(env: Readonly<Record<string, string>>): ChildProcess {
  const [program, ...args] = [...execForm(only(final, 'ENTRYPOINT').text), ...execForm(only(final, 'CMD').text)].map(inImage)
  assert.equal(program, 'node')
  const [user, group] = only(final, 'USER').text.split(':')
  const identity = process.getuid?.() === 0 ? { uid: Number(user), gid: Number(group) } : {}
  return spawn(process.execPath, args, { ...identity, cwd: '/', env: { ...env, TMPDIR: '/nowhere' }, stdio: ['ignore', 'pipe', 'inherit'] })
}

function healthy(port: number): number | null {
  const { text, flags } = only(final, 'HEALTHCHECK')
  assert.deepEqual(Object.keys(flags), ['interval', 'timeout', 'start-period', 'retries'])
  const [program, ...args] = execForm(text.replace(/^CMD /, ''))
  assert.equal(program, 'node')
  return spawnSync(process.execPath, args, { env: { SLUICE_HEALTH: `0.0.0.0:${port}` }, timeout: 60_000 }).status
}

const mapped = (): Record<string, string> => Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, inImage(value)]))

function inImage(text: string): string {
  return text.startsWith('/') ? join(image.root, text) : text
}

/** All that is in the image but for its data. */
function listing(): readonly string[] {
  return readdirSync(image.root, { recursive: true, encoding: 'utf8' })
    .filter(name => !name.startsWith('data/'))
    .sort()
}

/** An address of this machine that is not loopback, where it has one. */
function outsideAddress(): readonly string[] {
  const addresses = Object.values(networkInterfaces()).flatMap(list => list ?? [])
  return addresses
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .map(({ address }) => address)
    .slice(0, 1)
}

function signalName(): NodeJS.Signals {
  const { text } = only(final, 'STOPSIGNAL')
  assert.ok(text === 'SIGTERM' || text === 'SIGINT', text)
  return text
}

function missing(): Stage {
  throw new Error('the Dockerfile has no second stage')
}
