import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startCommand } from '../support/command.ts'
import { freePort } from '../support/ports.ts'
import { project } from './project.ts'

const pipeline = (greeting: string): string => `pipelines:
  hello:
    channels:
      - http: /hello
        security: none
    steps:
      - transform:
          greeting: ${greeting}
`
const tests = 'tests:\n  - name: greets\n    pipeline: hello\n    expect:\n      body: { greeting: hello }\n'

async function environment(): Promise<Readonly<Record<string, string>>> {
  return { SLUICE_LISTEN: `127.0.0.1:${await freePort()}`, SLUICE_ADMIN: `127.0.0.1:${await freePort()}` }
}

test('a change is applied and tested, and what is wrong is shown with its line', async () => {
  await using home = await project({ 'pipelines/a.yaml': pipeline('hello'), 'pipelines/a.test.yaml': tests })
  const ports = await environment()
  await using running = startCommand(['dev'], { folder: home.folder, environment: ports })
  await running.seen(/^sluice is ready: pipelines in \d+ ms, revision 1\n[\s\S]*\ntests: 1 passed, 0 failed\n/)
  assert.deepEqual(await (await fetch(`http://${ports['SLUICE_LISTEN']}/hello`)).json(), { greeting: 'hello' })
  await running.seen(/info {2}access .* path=\/hello status=200 /)

  await home.write('pipelines/a.yaml', pipeline('${{ $helo }}'))
  const [wrong] = await running.seen(/^pipelines[\s\S]*runs on\n/m)
  assert.equal(
    wrong.replace(/hint.*/, ''),
    `pipelines/a.yaml:8:25 error unknown-variable  $helo is not bound here
    7 |       - transform:
    8 |           greeting: \${{ $helo }}
      |                         ^

refused: 1 error; revision 1 runs on
`,
  )

  await home.write('pipelines/a.yaml', pipeline('bye'))
  await running.seen(
    /^applied; revision 2 runs, after \d+ ms\nFAIL hello: greets \(pipelines\/a\.test\.yaml:2\)\n.*"bye"\ntests: 0 passed, 1 failed\n/m,
  )

  await home.write('pipelines/a.test.yaml', tests.replace('hello }', 'bye }'))
  await running.seen(/^unchanged; revision 2 runs on\ntests: 1 passed, 0 failed\n/m)
  assert.equal(await running.stop(), 0)
  assert.doesNotMatch(running.text, /configuration outcome/)
})

test('a folder that is wrong at the start is waited for until it is right', async () => {
  await using home = await project({ 'pipelines/a.yaml': 'pipelins: {}\n' })
  await using running = startCommand(['dev'], { folder: home.folder, environment: await environment() })
  await running.seen(
    /^pipelines\/a\.yaml:1:1 error unknown-field .*\n +1 \| pipelins: \{\}\n +\| \^\n\n1 error: nothing runs yet, a change is waited for\n/,
  )
  await home.write('pipelines/a.yaml', pipeline('hello'))
  await running.seen(/^sluice is ready: /m)
  assert.equal(await running.stop(), 0)
})

test('an address that is taken is said in one line, and exits with 78', async () => {
  await using home = await project({ 'pipelines/a.yaml': pipeline('hello') })
  const ports = await environment()
  await using first = startCommand(['dev'], { folder: home.folder, environment: ports })
  await first.seen(/sluice is ready/)
  const { code, out } = await home.run(['dev'], { environment: { ...(await environment()), SLUICE_ADMIN: ports['SLUICE_ADMIN'] ?? '' } })
  assert.match(out, /^sluice: cannot start: .*EADDRINUSE/m)
  assert.equal(code, 78)
  assert.equal(await first.stop(), 0)
})
