import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import manifest from '../../package.json' with { type: 'json' }
import { root } from '../support/gateway.ts'
import { type Home, installed, ownEnvironment, type Package, packed, registryAway } from '../support/package.ts'
import { freePort } from '../support/ports.ts'

const away = await registryAway()
let made: Package
let home: Home

before(async () => {
  made = await packed()
  if (away !== false) return
  home = await installed(made.tarball, `node@${manifest.devDependencies.node}`)
  await cp(join(root, 'pipelines'), join(home.folder, 'pipelines'), { recursive: true })
  for (const [name, text] of Object.entries(shout)) {
    await mkdir(join(home.folder, name, '..'), { recursive: true })
    await writeFile(join(home.folder, name), text)
  }
})
after(async () => {
  if (away === false) await home[Symbol.asyncDispose]()
  await made[Symbol.asyncDispose]()
})

const shout = {
  'plugins/shout/schema.json': `{
  "$id": "sluice:/transform/shout.json",
  "title": "ShoutTransform",
  "description": "Puts it loudly.",
  "type": "object",
  "additionalProperties": false,
  "properties": { "marks": { "type": "integer", "minimum": 0, "default": 1, "description": "Exclamation marks." } }
}
`,
  'plugins/shout/loud.ts': 'export const loud = (text: string, marks: number): string => text.toUpperCase() + "!".repeat(marks)\n',
  'plugins/shout/plugin.ts': `import { defineTransform } from 'sluice/plugin'
import { loud } from './loud.ts'

interface ShoutConfig {
  readonly marks: number
}

export default defineTransform<ShoutConfig>({ compile: ({ marks }) => message => loud(String(message.body), marks) })
`,
  'pipelines/shout.yaml': `pipelines:
  shout:
    channels:
      - http: { path: /shout, method: POST }
        format: text
        security: none
    steps:
      - plugin: shout
        with: { marks: 2 }
`,
  'pipelines/shout.test.yaml': `tests:
  - name: it is loud
    pipeline: shout
    given: { body: quiet }
    expect: { body: QUIET!! }
`,
}

test('the package has every module of the engine as JavaScript, the schemas, and no TypeScript to strip', () => {
  const modules = readdirSync(join(root, 'engine'), { recursive: true, encoding: 'utf8' }).filter(name => /(?<!\.d)\.ts$/.test(name))
  const schemas = readdirSync(join(root, 'schemas'), { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.json'))
  const wanted = [...modules.map(name => `dist/${name.replace(/\.ts$/, '.js')}`), ...schemas.map(name => `schemas/${name}`)]
  assert.ok(wanted.length > 300, `${wanted.length}`)
  assert.deepEqual(
    [...wanted, 'engine/sluice.js', 'README.md', 'LICENSE', 'CHANGELOG.md'].filter(name => !made.files.includes(name)),
    [],
  )
  assert.deepEqual(
    made.files.filter(name => /(?<!\.d)\.ts$|^(test|tools|node_modules)\//.test(name)),
    [],
  )
})

test('npx sluice --version says the version of the package', { skip: away }, async () => {
  assert.equal(await home.run('npx', '--offline', 'sluice', '--version'), `${manifest.version}\n`)
})

test('npx sluice check loads the example and a plugin in TypeScript, without a word of Node', { skip: away }, async () => {
  const { stdout, stderr } = await output('check')
  assert.match(stdout, /^pipelines: \d+ pipelines, \d+ connectors, no findings$/m)
  assert.equal(stderr, '')
})

test('npx sluice test runs the tests', { skip: away }, async () => {
  const { stdout } = await output('test')
  assert.match(stdout, /ok +shout: it is loud/)
  assert.match(stdout, /^\d\d passed, 0 failed$/m)
})

test('npx sluice run answers, by the Node that is installed beside it', { skip: away }, async () => {
  await serve(home.folder, async url => {
    const rate = await fetch(`${url}/client1/get-rate`, { method: 'POST', body: '{"year":"2013","month":"09","day":"03"}' })
    assert.deepEqual(await rate.json(), { rate: '1.22' })
    const loud = await fetch(`${url}/shout`, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'hear' })
    assert.equal(await loud.text(), 'HEAR!!')
  })
})

test('npx sluice new demo makes a folder that is right, passes its tests, and answers', { skip: away }, async () => {
  await home.run('npx', '--offline', 'sluice', 'new', 'demo')
  const demo = join(home.folder, 'demo')
  assert.match((await output('check', demo)).stdout, /no findings$/m)
  assert.match((await output('test', demo)).stdout, /^\d passed, 0 failed$/m)
  await serve(demo, async url => {
    assert.deepEqual(await (await fetch(`${url}/hello?name=Ada`)).json(), { greeting: 'Hello, Ada!' })
  })
})

test('the types of sluice/plugin come with the package: a plugin is checked by TypeScript', { skip: away }, async () => {
  const check = ['--noEmit', '--strict', '--module', 'nodenext', '--allowImportingTsExtensions', '--skipLibCheck', '--types', '']
  const tsc = (name: string): Promise<string> =>
    home.run(process.execPath, join(root, 'node_modules/typescript7/bin/tsc'), ...check, join('plugins', 'shout', name))
  assert.equal(await tsc('plugin.ts'), '')
  await writeFile(join(home.folder, 'plugins/shout/wrong.ts'), shout['plugins/shout/plugin.ts'].replace('message.body', 'message.boby'))
  await assert.rejects(tsc('wrong.ts'), { stdout: /boby/ })
})

test('sluice/plugin has the same values in the checkout, in the package, and for a plugin', { skip: away }, async () => {
  const names = Object.keys(await import('../../engine/plugin.ts'))
  assert.ok(names.includes('defineTransform'))
  assert.deepEqual(Object.keys(await import('sluice/plugin')), names)
  const print = "import('sluice/plugin').then(door => console.log(Object.keys(door).join()))"
  assert.equal(await home.run(process.execPath, '-e', print), `${names}\n`)
})

test('npm sbom lists what is installed: every dependency in its version, with its licence', { skip: away }, async () => {
  const bill: { readonly components: readonly Component[] } = JSON.parse(await home.run('npm', 'sbom', '--sbom-format=cyclonedx'))
  const listed = bill.components.map(({ name, version }) => `${name}@${version}`)
  for (const [name, version] of Object.entries(manifest.dependencies)) assert.ok(listed.includes(`${name}@${version}`), name)
  assert.deepEqual(
    bill.components.filter(({ licenses = [] }) => licenses.length === 0).map(({ name }) => name),
    [],
  )
})

interface Component {
  readonly name: string
  readonly version: string
  readonly licenses?: readonly object[]
}

async function output(command: string, folder = home.folder): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const child = spawn('npx', ['--offline', 'sluice', command], { cwd: folder, env: ownEnvironment() })
  const [stdout, stderr] = await Promise.all([child.stdout, child.stderr].map(async stream => (await stream.toArray()).join('')))
  return { stdout: stdout ?? '', stderr: stderr ?? '' }
}

/** `npx sluice run` in a folder, while it is asked something. */
async function serve(folder: string, ask: (url: string) => Promise<void>): Promise<void> {
  const url = `http://127.0.0.1:${await freePort()}`
  const environment = {
    SLUICE_LISTEN: new URL(url).host,
    SLUICE_ADMIN: `127.0.0.1:${await freePort()}`,
    TREASURY_URL: `${url}/sample`,
    SLUICE_LOG: 'warn',
  }
  // A group of its own: npx does not hand signals on.
  const child = spawn('npx', ['--offline', 'sluice', 'run'], {
    cwd: folder,
    env: ownEnvironment(environment),
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    for await (const text of child.stdout) if (/sluice is ready/.test(String(text))) break
    await ask(url)
  } finally {
    process.kill(-(child.pid ?? 0), 'SIGTERM')
    await once(child, 'exit')
  }
}
