import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { eventually } from '../support/eventually.ts'
import { scratch } from '../support/gateway.ts'
import { type House, openHouse } from '../support/house.ts'

interface World {
  readonly house: House
  /** Where files come from, `in`, and go to, `out`. */
  readonly folder: string
  readonly put: (name: string, content: string | Uint8Array) => Promise<void>
  readonly names: (below: string) => Promise<readonly string[]>
}

async function world(pipeline: string, work: (world: World) => Promise<void>): Promise<void> {
  const { folder, remove } = await scratch()
  for (const name of ['in', 'out']) await mkdir(join(folder, name))
  {
    await using house = await openHouse({ 'pipelines/a.yaml': document(folder, pipeline) })
    await work({
      house,
      folder,
      put: (name, content) => writeFile(join(folder, 'in', name), content),
      names: async below =>
        (await readdir(join(folder, below), { withFileTypes: true }).catch(() => []))
          .filter(entry => entry.isFile())
          .map(entry => entry.name)
          .toSorted(),
    })
  }
  await remove()
}

const document = (folder: string, pipeline: string, more = ''): string => `
connectors:
  target:
    file: ${folder}/out
pipelines:
  copy:
${pipeline.replaceAll(/^(?=.)/gm, '    ')}
    channels:
      - file:
          folder: ${folder}/in
          every: 100ms
          settle: 0s
          ${more}
    steps:
      - call: target.put
        with:
          path: \${{ $meta.file }}
          content: \${{ $ }}
`

describe('a pipeline of files', { timeout: 120_000 }, () => {
  test('a file that can never be read as what it is goes to the dead letters and to `failed`, and those behind it go on', () =>
    world('input:\n  type: object', async ({ house, put, names }) => {
      await put('a.json', '{"half":')
      await put('b.json', '{"whole":1}')
      await eventually(async () => assert.deepEqual([await names('in/failed'), await names('in/done')], [['a.json'], ['b.json']]))
      const letter = house.log.find(({ event }) => event === 'dead letter')
      assert.equal(letter?.['code'], 'MALFORMED')
    }))

  test('a large file is whole though it is acknowledged before anything is done with it', () =>
    world('guarantee: at-most-once', async ({ put, names, folder }) => {
      const large = Buffer.alloc(3 * 1024 ** 2, 'Sluice ')
      await put('a.bin', large)
      await eventually(async () => assert.deepEqual(await names('out'), ['a.bin']))
      assert.ok(large.equals(await readFile(join(folder, 'out', 'a.bin'))))
      await eventually(async () => assert.deepEqual(await names('in/done'), ['a.bin']))
    }))

  test('a change beside it leaves the channel as it is, a change of it loses no file', () =>
    world('summary: Copies', async ({ house, folder, put, names }) => {
      await put('a.bin', 'a')
      await eventually(async () => assert.deepEqual(await names('in/done'), ['a.bin']))
      for (const [index, pipeline, more] of [
        [0, 'summary: Copies files', ''],
        [1, 'summary: Copies files', 'match: "*.bin"'],
        [2, 'summary: Copies files', 'prefetch: 3'],
      ] as const) {
        await put(`${index}.bin`, `${index}`)
        assert.equal((await house.change({ 'pipelines/a.yaml': document(folder, pipeline, more) })).kind, 'applied')
      }
      await eventually(async () => assert.deepEqual(await names('in/done'), ['0.bin', '1.bin', '2.bin', 'a.bin']))
      assert.deepEqual(await names('out'), ['0.bin', '1.bin', '2.bin', 'a.bin'])
      // Lines of access are written a little later; a file that came twice would be among them, its answer being older than the last file's.
      const lines = (): readonly unknown[] => house.log.filter(({ event }) => event === 'access')
      await eventually(() => assert.ok(lines().length >= 4))
      assert.equal(lines().length, 4, 'none comes twice')
    }))
})
