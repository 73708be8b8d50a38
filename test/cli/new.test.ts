import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { runCommand } from '../../engine/cli/cli.ts'
import { Registry } from '../../engine/registry/registry.ts'
import { type Project, project } from './project.ts'

test('a new folder has a pipeline, its test, settings and a page; it checks, passes, and is in the one spelling', async () => {
  await using home = await project({})
  const { code, out } = await home.run(['new', 'demo'])
  assert.equal(
    out,
    `  demo/pipelines/hello.yaml
  demo/pipelines/hello.test.yaml
  demo/.env.example
  demo/.gitignore
  demo/README.md

Start it:

  cd demo
  npx sluice dev
`,
  )
  assert.equal(code, 0)
  const at = ['--config', 'demo/pipelines']
  assert.equal((await home.run(['check', ...at, '--strict'])).code, 0)
  assert.match((await home.run(['test', ...at])).out, /1 of 1 steps reached\n2 passed, 0 failed\n$/)
  assert.equal((await home.run(['fmt', '--check', 'demo/pipelines'])).code, 0)
})

test('what is there already is not written over, and then nothing is written', async () => {
  await using home = await project({ 'demo/README.md': 'mine' })
  const { code, err } = await home.run(['new', 'demo'])
  assert.equal(err, 'sluice: nothing was written: "demo/README.md" is there already\n')
  assert.equal(code, 1)
  assert.equal(await readFile(join(home.folder, 'demo/README.md'), 'utf8'), 'mine')
  assert.equal(existsSync(join(home.folder, 'demo/pipelines')), false)
})

test('a pipeline has the channel and the call that were asked for, and its test passes', async () => {
  await using home = await project({ 'pipelines/crm.yaml': 'connectors:\n  crm:\n    http: https://crm.example.com\n' })
  const { out } = await home.run(['new', 'pipeline', 'find-customer', '--channel', 'http', '--call', 'crm.request'])
  assert.equal(out, '  pipelines/find-customer.yaml\n  pipelines/find-customer.test.yaml\n\nTry it: sluice test find-customer\n')
  assert.equal(
    await readFile(join(home.folder, 'pipelines/find-customer.yaml'), 'utf8'),
    `pipelines:
  find-customer:
    summary: Says in one line what find-customer does
    channels:
      - http:
          path: /find-customer
        security: none
    steps:
      - call: crm.request
        with:
          method: HEAD
`,
  )
  assert.match((await home.run(['test'])).out, /1 passed, 0 failed/)
})

test('every type of channel and connector, and every operation, can be begun: it checks, and its tests pass', async () => {
  await using home = await project({ 'pipelines/samples/a.txt': 'a' })
  const registry = await Registry.open()
  registry.close()
  let calls = 0
  for (const type of registry.types('connector')) {
    await here(home, ['new', 'connector', type, type])
    for (const operation of operationsOf(registry, type)) {
      calls += 1
      await here(home, ['new', 'pipeline', `${type}-${operation}`, '--call', `${type}.${operation}`])
    }
  }
  assert.ok(calls >= 10, `${calls}`)
  for (const type of registry.types('channel')) await here(home, ['new', 'pipeline', `by-${type}`, '--channel', type])
  await here(home, ['check', '--strict'])
  await here(home, ['fmt', '--check'])
  assert.match(await here(home, ['test']), new RegExp(`\\n${calls + registry.types('channel').length} passed, 0 failed\n$`))
})

test('a plugin works as it is', async () => {
  const pipeline = 'pipelines:\n  stamped:\n    steps:\n      - plugin: time-stamp\n'
  await using home = await project({ 'pipelines/stamped.yaml': pipeline })
  const { out } = await home.run(['new', 'plugin', 'time-stamp'])
  assert.match(
    out,
    /^ {2}plugins\/time-stamp\/plugin\.ts\n {2}plugins\/time-stamp\/schema\.json\n\nUse it in a step:\n\n {2}- plugin: time-stamp\n/,
  )
  const invoked = await home.run(['invoke', 'stamped', '--body', '{"id":7}'])
  assert.match(invoked.out, /^\{\n {2}"id": 7,\n {2}"passedAt": "\d{4}-.*Z"\n\}\n$/)
})

const mistakes = [
  { name: 'nothing to begin', args: [], says: /^it takes one of: FOLDER \| pipeline NAME / },
  { name: 'a connector without a name', args: ['connector', 'http'], says: /^it takes one of/ },
  { name: 'a name that is none', args: ['pipeline', 'GetRate'], says: /^"GetRate" is no name: write it in kebab-case, such as get-rate\n/ },
  { name: 'a name that is a path', args: ['plugin', '../up'], says: /^"\.\.\/up" is no name/ },
  {
    name: 'a type of channel that there is not',
    args: ['pipeline', 'a', '--channel', 'htpp'],
    says: /^there is no type of channel "htpp" \(did you mean "http"\?\); the types are (?:[a-z]+, )*http, schedule, soap\n/,
  },
  {
    name: 'a type of connector that there is not',
    args: ['connector', 'cach', 'a'],
    says: /^there is no type of connector "cach" \(did you mean "cache"\?\)/,
  },
  {
    name: 'a channel whose connector is not there',
    args: ['pipeline', 'a', '--channel', 'amqp'],
    says: /^a channel "amqp" needs a connector of this type: "sluice new connector amqp NAME" begins one\n/,
  },
  {
    name: 'a connector that there is not',
    args: ['pipeline', 'a', '--call', 'cmr.get'],
    says: /^there is no connector "cmr" \(did you mean "crm"\?\); there are crm\n/,
  },
  {
    name: 'an operation that there is not',
    args: ['pipeline', 'a', '--call', 'crm.gte'],
    says: /^the connector "crm" has no operation "gte" \(did you mean "get"\?\)/,
  },
  {
    name: 'a pipeline that is declared elsewhere',
    args: ['pipeline', 'taken'],
    says: /^there is a pipeline "taken" already, at pipelines\/crm\.yaml:5\n/,
  },
]
for (const { name, args, says } of mistakes)
  test(`${name} is said in one line, and nothing is written`, async () => {
    await using home = await project({
      'pipelines/crm.yaml': 'connectors:\n  crm:\n    http: https://crm.example.com\npipelines:\n  taken: {}\n',
    })
    const { code, out, err } = await home.run(['new', ...args])
    assert.match(err, new RegExp(`^sluice: ${says.source.slice(1)}`))
    assert.equal(out, '')
    assert.equal(code, 1)
    assert.equal(existsSync(join(home.folder, 'pipelines/a.yaml')), false)
  })

/** A command in this process; it must succeed. Gives what it printed. */
async function here({ folder }: Project, args: readonly string[]): Promise<string> {
  const printed: string[] = []
  const note = (text: string): void => void printed.push(text)
  const code = await runCommand(args, { environment: {}, folder, out: note, err: note, input: Readable.from([]), terminal: false })
  assert.equal(code, 0, `sluice ${args.join(' ')}:\n${printed.join('')}`)
  return printed.join('')
}

const operationsOf = (registry: Registry, type: string): readonly string[] => {
  const { $defs } = { $defs: {}, ...registry.schema('connector', type) }
  return Object.keys(Object($defs).operations ?? {})
}
