import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { link, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { readTexts } from '../../engine/files/read.ts'
import { Watch } from '../../engine/runtime/watch.ts'
import { eventually } from '../support/eventually.ts'
import { scratch } from '../support/gateway.ts'
import { testHost } from '../support/host.ts'
import { type House, openHouse } from '../support/house.ts'
import { mount } from '../support/mounted.ts'

const yaml = (text: string): string => `pipelines:
  hello:
    channels:
      - http: /hello
        security: none
    steps:
      - transform: ${text}
`
const open = (files: Readonly<Record<string, string>>): Promise<House> => openHouse(files, {}, { watch: true })
const hello = async (house: House): Promise<string> => await (await fetch(`${house.url()}/hello`)).text()
/** What is saved in several acts may be applied in several, where the machine is busy. */
const says = (house: House, text: string): Promise<void> => eventually(async () => assert.equal(await hello(house), text))

const saves: readonly { readonly name: string; readonly save: (house: House, file: string) => Promise<void> }[] = [
  { name: 'a file that is written over', save: (_, file) => writeFile(file, yaml('second')) },
  {
    name: 'a file that an editor saves by renaming',
    save: async ({ folder }, file) => {
      await writeFile(join(folder, 'pipelines/.a.yaml.swp'), 'x')
      await writeFile(join(folder, 'pipelines/a.yaml~'), yaml('second'))
      await rename(join(folder, 'pipelines/a.yaml~'), file)
      await rm(join(folder, 'pipelines/.a.yaml.swp'))
    },
  },
  {
    name: 'a file that is removed, and another that comes',
    save: async ({ folder }, file) => {
      await rm(file)
      await writeFile(join(folder, 'pipelines/b.yaml'), yaml('second'))
    },
  },
  {
    name: 'a file in a folder that comes',
    save: async ({ folder }, file) => {
      await rm(file)
      await mkdir(join(folder, 'pipelines/more/deeper'), { recursive: true })
      await writeFile(join(folder, 'pipelines/more/deeper/b.yaml'), yaml('second'))
    },
  },
  {
    name: 'the whole folder, put in the place of another',
    save: async ({ folder }) => {
      await mkdir(join(folder, 'next'))
      await writeFile(join(folder, 'next/a.yaml'), yaml('second'))
      await rename(join(folder, 'pipelines'), join(folder, 'before'))
      await rename(join(folder, 'next'), join(folder, 'pipelines'))
    },
  },
]

for (const { name, save } of saves)
  test(`${name} is applied by itself`, async () => {
    await using house = await open({ 'pipelines/a.yaml': yaml('first') })
    const applied = house.next('applied')
    await save(house, join(house.folder, 'pipelines/a.yaml'))
    await applied
    await says(house, '"second"')
  })

test('a folder that was replaced is watched on, and so is what lies deep in it', async () => {
  await using house = await open({ 'pipelines/deep/a.yaml': yaml('first') })
  const [second, folder] = [house.next('applied'), join(house.folder, 'pipelines/deep')]
  await mkdir(`${folder}-next`)
  await writeFile(join(`${folder}-next`, 'a.yaml'), yaml('second'))
  await rm(folder, { recursive: true })
  await rename(`${folder}-next`, folder)
  await second
  const third = house.next('applied')
  await writeFile(join(folder, 'a.yaml'), yaml('third'))
  await third
  await says(house, '"third"')
})

test('a file that is half written is refused while it is, and nothing changed; the rest of it mends it', async () => {
  await using house = await open({ 'pipelines/a.yaml': yaml('first') })
  const refused = house.next('refused')
  await house.write({ 'pipelines/a.yaml': yaml('second').slice(0, 40) })
  await refused
  await says(house, '"first"')
  const applied = house.next('applied')
  await house.write({ 'pipelines/a.yaml': yaml('second') })
  await applied
  await says(house, '"second"')
})

test('a file that is emptied, and filled after a while, is one change', async () => {
  await using house = await open({ 'pipelines/a.yaml': yaml('first') })
  const applied = house.next('applied')
  const file = join(house.folder, 'pipelines/a.yaml')
  await writeFile(file, '')
  // Longer than it has to be quiet: so slow a writer.
  await setTimeout(600)
  await writeFile(file, yaml('second'))
  await applied
  await says(house, '"second"')
  assert.equal(house.outcomes.length, 2)
})

test('a file that is emptied for good is applied as it is', async () => {
  await using house = await open({ 'pipelines/a.yaml': yaml('first') })
  const applied = house.next('applied')
  await writeFile(join(house.folder, 'pipelines/a.yaml'), '')
  await applied
  assert.equal((await fetch(`${house.url()}/hello`)).status, 404)
})

test('a folder that goes away is refused, and applied when it comes back', async () => {
  await using house = await open({ 'pipelines/a.yaml': yaml('first') })
  const refused = house.next('refused')
  await rm(join(house.folder, 'pipelines'), { recursive: true })
  await refused
  await says(house, '"first"')
  const applied = house.next('applied')
  await house.write({ 'pipelines/a.yaml': yaml('second') })
  await applied
  await says(house, '"second"')
})

test('what is saved as it was, or does not count, is no attempt to change anything', async () => {
  await using house = await open({ 'pipelines/a.yaml': yaml('first') })
  await house.write({ 'pipelines/a.yaml': yaml('first'), 'pipelines/README.md': '# hello', 'pipelines/.hidden.yaml': 'x' })
  const applied = house.next('applied')
  await house.write({ 'pipelines/b.yaml': yaml('second').replaceAll('hello', 'other') })
  await applied
  assert.deepEqual(
    house.outcomes.map(({ kind, revision }) => [kind, revision]),
    [
      ['applied', 1],
      ['applied', 2],
    ],
  )
})

test('a ConfigMap is applied every time that it is swapped', async () => {
  const { folder, remove } = await scratch()
  await mount(folder, { 'a.yaml': yaml('version 1') }, 1)
  await using house = await open({ 'pipelines/none.yaml': 'pipelines: {}\n' })
  const linked = house.next('applied')
  await symlink(folder, join(house.folder, 'pipelines/mounted'))
  await linked
  for (const version of [2, 3, 4]) {
    const applied = house.next('applied')
    await mount(folder, { 'a.yaml': yaml(`version ${version}`) }, version)
    await applied
    await says(house, `"version ${version}"`)
  }
  await remove()
})

test('a secret that is swapped where it is mounted lets other callers in', async () => {
  const { folder, remove } = await scratch()
  await mount(folder, { password: 'the first one' }, 1)
  const secured = `security:\n  partner:\n    basic:\n      users:\n        ann: \${file:${folder}/password}\n${yaml('hello').replace('security: none', 'security: partner')}`
  await using house = await open({ 'pipelines/a.yaml': secured })
  const status = async (password: string): Promise<number> =>
    (await fetch(`${house.url()}/hello`, { headers: { authorization: `Basic ${btoa(`ann:${password}`)}` } })).status
  assert.equal(await status('the first one'), 200)
  for (const version of [2, 3]) {
    const applied = house.next('applied')
    await mount(folder, { password: `number ${version}` }, version)
    await applied
    assert.deepEqual([await status('the first one'), await status(`number ${version}`)], [401, 200])
  }
  await remove()
})

test('a file that is referred to and is not there yet is waited for', async () => {
  const later = `schemas:\n  order:\n    file: ../schemas/order.json\n${yaml('hello')}    input: order\n`
  await using house = await open({ 'pipelines/a.yaml': yaml('hello') })
  const refused = house.next('refused')
  await house.write({ 'pipelines/a.yaml': later })
  await refused
  const applied = house.next('applied')
  await house.write({ 'schemas/order.json': '{ "type": "object" }' })
  await applied
  const narrowed = house.next('applied')
  await house.write({ 'schemas/order.json': '{ "type": "object", "required": ["id"] }' })
  await narrowed
  assert.equal((await fetch(`${house.url()}/hello`)).status, 400)
})

test('a plugin that changes is applied, also in a file beside it', async () => {
  const schema = {
    $id: 'sluice:/transform/say.json',
    title: 'Say',
    description: 'Says a text.',
    type: 'object',
    properties: {},
    examples: [{}],
  }
  const plugin = `import { defineTransform } from 'sluice/plugin'\nimport { text } from './text.ts'\nexport default defineTransform({ compile: () => () => text })\n`
  await using house = await open({
    'plugins/say/schema.json': JSON.stringify(schema),
    'plugins/say/plugin.ts': plugin,
    'plugins/say/text.ts': `export const text = 'first'\n`,
    'pipelines/a.yaml': yaml('x').replace('transform: x', 'plugin: say'),
  })
  await says(house, '"first"')
  const applied = house.next('applied')
  await house.write({ 'plugins/say/text.ts': `export const text = 'second'\n` })
  await applied
  await says(house, '"second"')
})

test('a file that was gone already when its folder was read is not told of once more', async t => {
  const { folder, remove } = await scratch()
  t.after(remove)
  const [kept, gone] = [join(folder, 'kept.yaml'), join(folder, 'gone.yaml')]
  for (const file of [kept, gone]) await writeFile(file, 'first')
  const digestsOf = async (...files: readonly string[]): Promise<ReadonlyMap<string, string>> =>
    new Map([...(await readTexts(files))].map(([file, { digest }]) => [file, digest]))
  let changes = 0
  let looks = 0
  let noticed = (): void => undefined
  const next = (): Promise<void> => new Promise(resolve => (noticed = resolve))
  const watch = await Watch.start({
    folders: [{ folder, counts: path => path !== kept || ++looks > 0 }],
    changed: () => {
      changes++
      noticed()
    },
    log: testHost().log,
    quietMs: 10,
    pollMs: 20,
  })
  t.after(() => watch.stop())
  watch.read(await digestsOf(kept, gone))
  const change = next()
  await writeFile(kept, 'second')
  await change
  const read = await digestsOf(kept)
  rmSync(gone)
  watch.read(read)
  const enough = looks + 4
  while (looks < enough) await new Promise(resolve => setImmediate(resolve))
  assert.equal(changes, 1)
})

test('what cannot be heard is found by looking every while', async () => {
  const { folder, remove } = await scratch()
  await mkdir(join(folder, 'heard'))
  await writeFile(join(folder, 'elsewhere'), 'first')
  await link(join(folder, 'elsewhere'), join(folder, 'heard/a.yaml'))
  let watch: Watch | undefined
  await new Promise<void>((resolve, reject) => {
    const folders = [{ folder: join(folder, 'heard'), counts: (): boolean => true }]
    Watch.start({ folders, changed: resolve, log: testHost().log, pollMs: 20 })
      .then(started => {
        watch = started
        return writeFile(join(folder, 'elsewhere'), 'second')
      })
      .catch(reject)
  })
  watch?.stop()
  await remove()
})
