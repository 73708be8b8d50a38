import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { project } from './project.ts'

const ragged = '# greets\npipelines:\n    hello:     # the only one\n        steps:\n        - transform: {greeting: hello}\n'
const tidy = '# greets\npipelines:\n  hello:     # the only one\n    steps:\n      - transform: { greeting: hello }\n'
const files = { 'pipelines/a.yaml': ragged, 'pipelines/deep/b.yaml': tidy, 'other.yaml': ragged }

test('without names every file of the configuration is written, and those that changed are named', async () => {
  await using home = await project(files)
  const { code, out, err } = await home.run(['fmt'])
  assert.equal(out, 'pipelines/a.yaml\n2 files, 1 changed\n')
  assert.equal(err, '')
  assert.equal(code, 0)
  assert.equal(await readFile(join(home.folder, 'pipelines/a.yaml'), 'utf8'), tidy)
  assert.equal(await readFile(join(home.folder, 'other.yaml'), 'utf8'), ragged)
  assert.equal((await home.run(['fmt'])).out, '2 files, 0 changed\n')
})

test('--check writes nothing, and fails where something would change', async () => {
  await using home = await project(files)
  const { code, out } = await home.run(['fmt', '--check'])
  assert.equal(out, 'pipelines/a.yaml\n2 files, 1 would change\n')
  assert.equal(code, 1)
  assert.equal(await readFile(join(home.folder, 'pipelines/a.yaml'), 'utf8'), ragged)
  assert.equal((await home.run(['fmt', '--check', 'pipelines/deep'])).code, 0)
})

test('files and folders that are named are written', async () => {
  await using home = await project(files)
  assert.equal((await home.run(['fmt', 'other.yaml', 'pipelines/deep'])).out, 'other.yaml\n2 files, 1 changed\n')
})

test('the standard input goes to the output', async () => {
  await using home = await project({})
  assert.deepEqual(await home.run(['fmt', '-'], { input: ragged }), { code: 0, out: tidy, err: '' })
})

test('a file that cannot be read is left alone with its findings, and the others are written', async () => {
  await using home = await project({ ...files, 'pipelines/c.yaml': 'pipelines: "\n' })
  const { code, out, err } = await home.run(['fmt'])
  assert.match(err, /^pipelines\/c\.yaml:1:12 error yaml-syntax /)
  assert.equal(out, 'pipelines/a.yaml\n3 files, 1 changed\n')
  assert.equal(code, 1)
})

const mistakes = [
  { name: 'that is not there', args: ['fmt', 'none.yaml'], says: 'sluice: there is no file or folder "none.yaml"\n' },
  { name: 'that is no text', args: ['fmt', 'bytes.yaml'], says: 'sluice: the file "bytes.yaml" is not UTF-8\n' },
]
for (const { name, args, says } of mistakes)
  test(`a file ${name} is said in one line`, async () => {
    await using home = await project({})
    await home.write('bytes.yaml', Uint8Array.of(0x61, 0x3a, 0x20, 0xff, 0x0a))
    assert.deepEqual(await home.run(args), { code: 1, out: '', err: says })
  })
