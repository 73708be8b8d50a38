import assert from 'node:assert/strict'
import { mkdir, readdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { eventually } from '../support/eventually.ts'
import { contentsOf, deliveredBelow } from './folders.ts'
import { judge, type Sent } from './journal.ts'
import { kills, mortal, seed } from './mortal.ts'
import { hash } from './recorder.ts'
import { seeded } from './seeded.ts'

const prefetch = 4
/** Files more before each life. */
const burst = 40

/** Each delivery leaves a file of its own below `came`; `out` is what a system has that tells repetitions: one file of a name. */
const yaml = (folder: string): string => `connectors:
  target:
    file: ${folder}
pipelines:
  copy:
    redelivery: { attempts: 1000, delay: 100ms }
    channels:
      - file:
          folder: ${folder}/in
          every: 100ms
          settle: 0s
          prefetch: ${prefetch}
        format: bytes
    steps:
      - call: target.put
        with:
          path: came/\${LIFE}/\${{ $meta.file }}.\${{ $uuid() }}
          content: \${{ $ }}
      - call: target.put
        with:
          path: out/\${{ $meta.file }}
          content: \${{ $ }}
`

test(`files arrive whole over ${kills} kills of the gateway, once behind a folder that has one of a name, and lie in \`done\``, {
  timeout: 60_000 + kills * 10_000,
}, async context => {
  context.diagnostic(`SEED=${seed}`)
  const random = seeded(seed + 2)
  const sent: Sent[] = []
  const before = async (): Promise<void> => {
    for (let count = 0; count < burst; count++) {
      const bytes = Buffer.alloc(random() < 0.1 ? 500_000 : 1 + random() * 5_000, `${seed} ${sent.length} `)
      const id = `${String(sent.length).padStart(5, '0')}.bin`
      await writeFile(join(folder, `${id}.part`), bytes)
      await rename(join(folder, `${id}.part`), join(folder, 'in', id))
      sent.push({ id, hash: hash(bytes), acknowledged: true })
    }
  }
  const gateways = await mortal(context, { yaml, before })
  const { folder } = gateways
  for (const name of ['in', 'out']) await mkdir(join(folder, name))
  const last = await gateways.killAll()
  await eventually(async () => assert.equal((await contentsOf(join(folder, 'in/done'))).size, sent.length), 60_000)
  assert.equal(await last.stop(), 0)
  const { faults, ...figures } = judge({ sent, deliveries: await deliveredBelow(join(folder, 'came')), kills, inFlight: prefetch })
  context.diagnostic(JSON.stringify({ kills, ...figures }))
  assert.deepEqual(faults, [])
  for (const place of ['in/done', 'out'])
    assert.deepEqual(await contentsOf(join(folder, place)), new Map(sent.map(({ id, hash }) => [id, hash])))
  assert.deepEqual(
    (await readdir(join(folder, 'in'))).filter(name => name.endsWith('.bin')),
    [],
    'nothing is left',
  )
})
