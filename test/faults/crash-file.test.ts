import assert from 'node:assert/strict'
import { readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { eventually } from '../support/eventually.ts'
import { crashing } from './crashing.ts'
import { contentsOf, deliveredBelow } from './folders.ts'
import { judge } from './journal.ts'
import { hash } from './recorder.ts'

const yaml = `connectors:
  target:
    file: \${FOLDER}
pipelines:
  copy:
    channels:
      - file:
          folder: \${FOLDER}/in
          every: 100ms
          settle: 0s
        format: bytes
    steps:
      - call: target.put
        with:
          path: came/\${LIFE}/\${{ $meta.file }}
          content: \${{ $ }}
`

interface Point {
  readonly name: string
  /** As `crash.ts` reads it. */
  readonly crash: string
  /** In which lives the file is delivered. */
  readonly want: readonly number[]
}

const points: readonly Point[] = [
  { name: 'before it is claimed', crash: 'before rename .*/in/one.bin .*/.sluice/', want: [1] },
  { name: 'after it is claimed', crash: 'after rename .*/in/one.bin .*/.sluice/', want: [1] },
  { name: 'amid its effect', crash: 'before rename .*.part .*/came/0/one.bin', want: [1] },
  { name: 'after its effect, before it is put away', crash: 'before link .*/done/one.bin', want: [0, 1] },
  { name: 'amid putting it away, when it has two names', crash: 'after link .*/done/one.bin', want: [0, 1] },
  { name: 'when it is put away', crash: 'after unlink .*/.sluice/.*/one.bin', want: [0] },
]

for (const { name, crash, want } of points)
  test(`a file, where the gateway ends ${name}`, { timeout: 120_000 }, async context => {
    const world = await crashing(context, yaml)
    const [inbox, done] = [join(world.folder, 'in'), join(world.folder, 'in/done')]
    const put = async (id: string): Promise<void> => {
      await world.write(`in/${id}.part`, `the text of ${id}`)
      await rename(join(inbox, `${id}.part`), join(inbox, id))
    }
    await put('one.bin')
    await world.first(crash).catch(() => {})
    await put('two.bin')
    const second = await world.second()
    await eventually(async () => {
      assert.deepEqual([...(await contentsOf(done)).keys()], ['one.bin', 'two.bin'])
      const left = await readdir(inbox, { recursive: true })
      assert.deepEqual(
        left.filter(path => path.endsWith('.bin') && !path.startsWith('done')),
        [],
        'nothing is left',
      )
    }, 30_000)
    assert.equal(await second.stop(), 0)
    const sent = ['one.bin', 'two.bin'].map(id => ({ id, hash: hash(`the text of ${id}`), acknowledged: true }))
    const deliveries = await deliveredBelow(join(world.folder, 'came'))
    assert.deepEqual(judge({ sent, deliveries, kills: 1, inFlight: 1 }).faults, [])
    assert.deepEqual(
      deliveries.filter(({ id }) => id === 'one.bin').map(({ life }) => life),
      want,
    )
    assert.deepEqual(await contentsOf(done), new Map(sent.map(one => [one.id, one.hash])))
  })
