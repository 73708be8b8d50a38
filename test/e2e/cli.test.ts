import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { project } from '../cli/project.ts'
import { sluice } from '../support/gateway.ts'
import { freePort, listenOn } from '../support/ports.ts'

const commands = ['run', 'dev', 'check', 'fmt', 'new', 'schema', 'test', 'invoke', 'eval', 'list', 'explain']

for (const args of [['--help'], ['-h'], ['help']])
  test(`sluice ${args[0]} lists the commands and the settings of all`, async () => {
    const { code, out } = await sluice(args)
    for (const name of commands) assert.match(out, new RegExp(`^  ${name} +\\S`, 'm'))
    assert.match(out, /--config CONFIG +folder of pipelines; several are overlays, base first \(SLUICE_CONFIG\)/)
    assert.match(out, /0 ok, 1 findings or failed, 2 breaks clients, 78 cannot start/)
    assert.equal(code, 0)
  })

test('without a command the same is shown, and the exit code is 1', async () => {
  const { code, out } = await sluice([])
  assert.match(out, /Usage: sluice COMMAND/)
  assert.equal(code, 1)
})

for (const name of commands)
  test(`sluice ${name} --help says what it does and what it takes`, async () => {
    const { code, out, err } = await sluice([name, '--help'])
    assert.match(out, new RegExp(`^[A-Z].*\\.\\n\\nUsage: sluice ${name} `))
    assert.equal(err, '')
    assert.equal(code, 0)
  })

test('the version is that of the package', async () => {
  const { default: manifest } = await import('../../package.json', { with: { type: 'json' } })
  assert.deepEqual(await sluice(['--version']), { code: 0, out: `${manifest.version}\n`, err: '' })
})

const mistakes = [
  { name: 'a command that is none', args: ['chekc'], says: /^sluice: there is no command "chekc" \(did you mean "check"\?\)/ },
  { name: 'a name of every object', args: ['constructor'], says: /^sluice: there is no command "constructor"/ },
  {
    name: 'an option that is none',
    args: ['check', '--sarif'],
    says: /^sluice: Unknown option '--sarif'; "sluice check --help" shows what it takes\n$/,
  },
  {
    name: 'an option without its value',
    args: ['eval', '1', '--input'],
    says: /^sluice: .*--input.* argument missing; "sluice eval --help"/,
  },
]
for (const { name, args, says } of mistakes)
  test(`${name} is said in one line, and exits with 1`, async () => {
    const { code, out, err } = await sluice(args)
    assert.match(err, says)
    assert.equal(out, '')
    assert.equal(code, 1)
  })

test('a setting that cannot be used exits with 78, whatever the command', async () => {
  for (const name of ['run', 'dev', 'check', 'test']) {
    const { code, err } = await sluice([name, '--listen', 'nonsense'])
    assert.match(err, /SLUICE_LISTEN \(--listen\) is "nonsense": write host:port/)
    assert.equal(code, 78)
  }
})

test('a flag wins over the environment', async () => {
  await using home = await project({ 'right/a.yaml': 'pipelines:\n  hello: {}\n' })
  const { code, out } = await home.run(['check', '--config', 'right'], { environment: { SLUICE_CONFIG: 'nowhere' } })
  assert.match(out, /^right: 1 pipeline, /)
  assert.equal(code, 0)
})

test('an address that is taken is a finding at its listener, and exits with 78', async () => {
  const taken = createServer()
  const port = await listenOn(taken, 0)
  await using home = await project({ 'pipelines/a.yaml': `listeners:\n  partners:\n    port: ${port}\n` })
  const environment = { SLUICE_LISTEN: `127.0.0.1:${await freePort()}`, SLUICE_ADMIN: `127.0.0.1:${await freePort()}` }
  const { code, err } = await home.run(['run'], { environment })
  taken.close()
  assert.match(err, new RegExp(`pipelines/a\\.yaml:2:3 error cannot-start .*${port}`))
  assert.match(err, /^sluice: cannot start/m)
  assert.equal(code, 78)
})
