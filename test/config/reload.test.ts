import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { type Loaded, load } from '../../engine/config/load.ts'
import { Memory } from '../../engine/config/memory.ts'
import { Registry } from '../../engine/registry/registry.ts'
import { keepSchemas } from '../../engine/schema/built-in.ts'
import { comparable, files, textOf } from './reloads.ts'

const scratch = mkdtempSync(join(tmpdir(), 'sluice-reloads-'))
after(() => rmSync(scratch, { recursive: true, force: true }))
const listen = { host: '127.0.0.1', port: 8080 }

interface Edit {
  readonly file: string
  /** Which of its texts; beyond the last, the file is removed. */
  readonly text: number
  /** Empty lines above it. */
  readonly lines: number
}
const edit: fc.Arbitrary<Edit | { readonly user: string | undefined }> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      file: fc.constantFrom(...Object.keys(files)),
      text: fc.nat(4),
      lines: fc.constantFrom(0, 0, 0, 1, 2),
    }),
  },
  { weight: 1, arbitrary: fc.record({ user: fc.constantFrom(undefined, 'ann', 'bob') }) },
)

test('a load that keeps what did not change says and makes what a load of everything does, whatever is edited', async () => {
  let count = 0
  const holds = async (edits: readonly (Edit | { readonly user: string | undefined })[]): Promise<void> => {
    const root = join(scratch, String(count++))
    for (const [name, [content = '']] of Object.entries(files)) write(join(root, name), textOf(name, content))
    const registry = await Registry.open({ plugins: join(root, 'plugins') })
    const [memory, schemas] = [new Memory(), keepSchemas()]
    let environment: Readonly<Record<string, string>> = { USER: 'ann' }
    const options = { folder: ['base', 'over', 'top'].map(name => join(root, name)), registry, listen }
    const compare = async (): Promise<void> => {
      await registry.refresh()
      const kept = await load({ ...options, environment, memory, schemas })
      assert.deepEqual(seen(kept), seen(await load({ ...options, environment })))
    }
    await compare()
    for (const one of edits) {
      if ('user' in one) environment = one.user === undefined ? {} : { USER: one.user }
      else change(root, one)
      await compare()
    }
    registry.close()
    rmSync(root, { recursive: true })
  }
  await fc.assert(fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 12 }), holds), {
    numRuns: Number(process.env['RELOADS'] ?? 25),
  })
})

const seen = ({ model, findings, tests, documents, types, snapshot, digests }: Loaded): unknown =>
  comparable({ model, findings, tests, documents, types, snapshot, digests })

function change(root: string, { file, text, lines }: Edit): void {
  const content = files[file]?.[text]
  if (content === undefined) rmSync(join(root, file), { force: true })
  else write(join(root, file), '\n'.repeat(lines) + textOf(file, content))
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

test('of a long file only what changed is made anew, and what was moved to another line', async () => {
  const folder = join(scratch, 'long')
  const registry = await Registry.open()
  const memory = new Memory()
  const text = (names: readonly string[]): string =>
    `pipelines:\n${names.map(name => `  ${name}:\n    steps:\n      - log: ${name}\n`).join('')}`
  const read = async (...names: readonly string[]): Promise<ReadonlyMap<string, unknown>> => {
    write(join(folder, 'long.yaml'), text(names))
    return (await load({ folder, environment: {}, registry, memory, listen })).model?.pipelines ?? new Map()
  }
  const first = await read('one', 'two', 'three')
  const second = await read('one', 'two-and-longer', 'three')
  const third = await read('one', 'two-and-longer', 'between', 'three')
  registry.close()
  const keptOf = (before: ReadonlyMap<string, unknown>, now: ReadonlyMap<string, unknown>): readonly string[] =>
    [...now.keys()].filter(name => now.get(name) === before.get(name))
  assert.deepEqual(keptOf(first, second), ['one', 'three'])
  assert.deepEqual(keptOf(second, third), ['one', 'two-and-longer'])
})
