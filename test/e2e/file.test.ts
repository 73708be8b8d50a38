import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { eventually } from '../support/eventually.ts'
import { type GatewayProcess, scratch, startProcess } from '../support/gateway.ts'

/** Files of `in` go to `out` under the hash of what they hold. */
const pipeline = (folder: string): string => `
connectors:
  target:
    file: ${folder}/out
pipelines:
  copy:
    channels:
      - file:
          folder: ${folder}/in
          every: 100ms
          settle: 100ms
        format: bytes
    steps:
      - call: target.put
        with:
          path: \${{ $meta.file }}
          content: \${{ $ }}
`

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const start = (folder: string): Promise<GatewayProcess> => startProcess({ config: join(folder, 'pipelines') })

async function prepare(folder: string): Promise<void> {
  for (const name of ['in', 'out', 'pipelines']) await mkdir(join(folder, name))
  await writeFile(join(folder, 'pipelines', 'copy.yaml'), pipeline(folder))
}

/** Writes files of random bytes; by name, the hash of each. */
async function write(folder: string, count: number): Promise<ReadonlyMap<string, string>> {
  const sent = new Map<string, string>()
  for (let index = 0; index < count; index++) {
    const bytes = randomBytes(5_000)
    const name = `${String(index).padStart(4, '0')}.bin`
    await writeFile(join(folder, 'in', `${name}.part`), bytes)
    await rename(join(folder, 'in', `${name}.part`), join(folder, 'in', name))
    sent.set(name, hash(bytes))
  }
  return sent
}

/** That every file arrived as it was sent, and lies in `done` and nowhere else. */
async function allArrived(folder: string, sent: ReadonlyMap<string, string>): Promise<void> {
  await eventually(async () => assert.equal((await readdir(join(folder, 'in/done')).catch(() => [])).length, sent.size), 60_000)
  const left = await readdir(join(folder, 'in'), { recursive: true, withFileTypes: true })
  const elsewhere = left.filter(entry => entry.isFile() && entry.name !== 'alive' && !entry.parentPath.endsWith('/done'))
  assert.deepEqual(
    elsewhere.map(entry => entry.name),
    [],
  )
  for (const [name, want] of sent) assert.equal(hash(await readFile(join(folder, 'out', name))), want, name)
}

test('two gateways share one folder: every file arrives, and none is worked on twice', { timeout: 120_000 }, async () => {
  const { folder, remove } = await scratch()
  await prepare(folder)
  const gateways = await Promise.all([start(folder), start(folder)])
  const sent = await write(folder, 100)
  await allArrived(folder, sent)
  for (const gateway of gateways) assert.equal(await gateway.stop(), 0)
  const delivered = gateways.flatMap(({ lines }) => lines).filter(line => line.includes('"event":"access"'))
  assert.equal(delivered.length, 100)
  await remove()
})

test('what the gateway works on at SIGTERM is finished, what waits is left where it was', { timeout: 60_000 }, async () => {
  const { folder, remove } = await scratch()
  await prepare(folder)
  const slow = pipeline(folder).replace('    steps:', '    steps:\n      - delay: 300ms')
  await writeFile(join(folder, 'pipelines', 'copy.yaml'), slow)
  const sent = await write(folder, 20)
  const gateway = await start(folder)
  await eventually(async () => assert.ok((await readdir(join(folder, 'out'))).length > 0))
  assert.equal(await gateway.stop(), 0)
  const done = await readdir(join(folder, 'in/done'))
  const out = await readdir(join(folder, 'out'))
  const waiting = (await readdir(join(folder, 'in'))).filter(name => name.endsWith('.bin'))
  assert.deepEqual(out.toSorted(), done.toSorted())
  assert.deepEqual([...done, ...waiting].toSorted(), [...sent.keys()])
  await remove()
})
