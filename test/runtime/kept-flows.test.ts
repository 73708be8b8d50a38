import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { openHouse } from '../support/house.ts'

/** Names that the plugin was compiled with, in order; and what lets its messages go on. */
const compiled: string[] = []
const waiting: (() => void)[] = []
Object.assign(globalThis, { sluiceTestCompiled: compiled, sluiceTestWaiting: waiting })
beforeEach(() => void compiled.splice(0))
after(() => {
  for (const name of ['sluiceTestCompiled', 'sluiceTestWaiting']) Reflect.deleteProperty(globalThis, name)
})

const schema = JSON.stringify({
  $id: 'sluice:/transform/noted.json',
  title: 'Noted',
  description: 'Notes that it was compiled, and says its name.',
  type: 'object',
  additionalProperties: false,
  properties: { name: { type: 'string', description: 'Its name.' }, waits: { type: 'boolean', description: 'Waits to be let go.' } },
  examples: [{}],
})
const plugin = (more = '') => `import { defineTransform } from 'sluice/plugin'
export default defineTransform({
  compile: ({ name, waits }) => {
    globalThis.sluiceTestCompiled.push(name)
    if (name === 'never') throw new Error('it is never compiled')
    return async () => {
      if (waits) await new Promise(resolve => globalThis.sluiceTestWaiting.push(resolve))
      return name${more}
    }
  },
})
`
const noted = (pipeline: string, name = pipeline): string =>
  `pipelines:\n  ${pipeline}:\n    steps:\n      - plugin: noted\n        with: { name: ${name} }\n`
const invoking = (pipeline: string, other: string, more = ''): string =>
  `pipelines:\n  ${pipeline}:\n    steps:\n      - plugin: noted\n        with: { name: ${pipeline}${more} }\n      - invoke: ${other}\n`

const files = {
  'plugins/noted/schema.json': schema,
  'plugins/noted/plugin.ts': plugin(),
  'pipelines/leaf.yaml': noted('leaf'),
  'pipelines/other.yaml': noted('other'),
  'pipelines/above.yaml': invoking('above', 'leaf'),
  'pipelines/top.yaml': invoking('top', 'above', ', waits: true'),
  'pipelines/left.yaml': invoking('left', 'right'),
  'pipelines/right.yaml': `pipelines:\n  right:\n    steps:\n      - plugin: noted\n        with: { name: right }\n      - invoke: left\n        when: \${{ false }}\n`,
}

const cases: readonly { readonly name: string; readonly change: Readonly<Record<string, string>>; readonly anew: readonly string[] }[] = [
  { name: 'one that nothing invokes', change: { 'pipelines/other.yaml': noted('other', 'else') }, anew: ['else'] },
  { name: 'one, and all that invoke it', change: { 'pipelines/leaf.yaml': noted('leaf', 'changed') }, anew: ['above', 'changed', 'top'] },
  {
    name: 'a ring of two',
    change: { 'pipelines/left.yaml': invoking('left', 'right').replace('name: left', 'name: changed') },
    anew: ['changed', 'right'],
  },
  { name: 'a new one alone', change: { 'pipelines/new.yaml': noted('new') }, anew: ['new'] },
  {
    name: 'one that moved a line, since errors tell its line',
    change: { 'pipelines/new.yaml': noted('new'), 'pipelines/other.yaml': `\n${noted('other')}` },
    anew: ['new', 'other'],
  },
  {
    name: 'all that use a plugin whose code changed',
    change: { 'plugins/noted/plugin.ts': plugin(" + ''") },
    anew: ['above', 'leaf', 'left', 'other', 'right', 'top'],
  },
]
for (const { name, change, anew } of cases)
  test(`a reload compiles anew ${name}`, async () => {
    await using house = await openHouse(files)
    compiled.splice(0)
    assert.equal((await house.change(change)).kind, 'applied')
    assert.deepEqual([...compiled].sort(), anew)
  })

test('a pipeline that was kept invokes what a message of its revision would, and the next message what is new', async () => {
  await using house = await openHouse(files)
  const run = async (): Promise<unknown> =>
    (await house.gateway.runtime.invoke('top', { headers: {}, source: {}, body: { value: {} } })).body
  await house.change({ 'pipelines/other.yaml': noted('other', 'else') })
  const early = run()
  while (waiting.length === 0) await new Promise(resolve => setImmediate(resolve))
  await house.change({ 'pipelines/leaf.yaml': noted('leaf', 'changed') })
  waiting.shift()?.()
  assert.equal(await early, 'leaf')
  const late = run()
  while (waiting.length === 0) await new Promise(resolve => setImmediate(resolve))
  waiting.shift()?.()
  assert.equal(await late, 'changed')
})

test('what a refused change compiled is not kept', async () => {
  await using house = await openHouse(files)
  const refused = await house.change({ 'pipelines/leaf.yaml': noted('leaf', 'changed'), 'pipelines/new.yaml': noted('new', 'never') })
  assert.equal(refused.kind, 'refused')
  compiled.splice(0)
  assert.equal((await house.change({ 'pipelines/new.yaml': noted('new') })).kind, 'applied')
  assert.deepEqual([...compiled].sort(), ['above', 'changed', 'new', 'top'])
})
