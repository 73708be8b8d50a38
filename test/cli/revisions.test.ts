import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { textDiff } from '../../engine/cli/text-diff.ts'
import { sluice } from '../support/gateway.ts'
import { openHouse } from '../support/house.ts'

const yaml = (name: string, text: string): string => `pipelines:\n  ${name}:\n    steps:\n      - transform: ${text}\n`

/** Runs three revisions, one after the other. */
async function withRevisions(
  work: (lent: { readonly folder: string; readonly run: (...args: readonly string[]) => ReturnType<typeof sluice> }) => Promise<void>,
): Promise<void> {
  await using house = await openHouse({ 'pipelines/a.yaml': yaml('a', 'one') }, {}, { watch: true })
  for (const files of [
    { 'pipelines/a.yaml': yaml('a', 'two') },
    { 'pipelines/a.yaml': yaml('a', 'three'), 'pipelines/b.yaml': yaml('b', 'new') },
  ]) {
    const applied = house.next('applied')
    await house.write(files)
    await applied
  }
  await house.gateway.stop(0)
  await work({ folder: house.folder, run: (...args) => sluice(['revisions', ...args], { folder: house.folder }) })
}

test('revisions are listed, shown, compared and put back', async () => {
  await withRevisions(async ({ folder, run }) => {
    const { out } = await run('list')
    assert.deepEqual(
      out.split('\n').map(line => /^ +(\d) .* applied, (\d files?), 0 warnings$/.exec(line)?.slice(1)),
      [['3', '2 files'], ['2', '1 file'], ['1', '1 file'], undefined],
    )
    const [newest] = JSON.parse((await run('list', '--format', 'json')).out)
    assert.match(newest.hash, /^[\w-]{12}$/)
    assert.match((await run('show', '1')).out, /^# revision 1 .*\n\n# pipelines\/a\.yaml\n[\s\S]*transform: one\n$/)

    const changed =
      '--- pipelines/a.yaml\n+++ pipelines/a.yaml\n@@ -1 +1 @@\n pipelines:\n   a:\n     steps:\n-      - transform: one\n+      - transform: two\n'
    assert.equal((await run('diff', '1', '2')).out, changed)
    assert.equal((await run('diff', '3')).out, '')

    const asked = await run('rollback', '1')
    assert.equal(asked.code, 1)
    assert.match(asked.out, /- {6}- transform: three\n\+ {6}- transform: one\n/)
    assert.match(asked.out, /--- pipelines\/b\.yaml\n\+\+\+ \/dev\/null\n/)
    assert.match(asked.err, /nothing was written; --yes writes it/)
    assert.equal(await readFile(join(folder, 'pipelines/a.yaml'), 'utf8'), yaml('a', 'three'))

    assert.equal((await run('rollback', '1', '--yes')).code, 0)
    assert.equal(await readFile(join(folder, 'pipelines/a.yaml'), 'utf8'), yaml('a', 'one'))
    await assert.rejects(readFile(join(folder, 'pipelines/b.yaml')))
    assert.match((await run('rollback', '1', '--yes')).err, /as it was in revision 1/)
  })
})

test('a gateway that watches the folder applies what is rolled back', async () => {
  await using house = await openHouse({ 'pipelines/a.yaml': yaml('a', 'one') }, {}, { watch: true })
  const second = house.next('applied')
  await house.write({ 'pipelines/a.yaml': yaml('a', 'two') })
  await second
  const third = house.next('applied')
  assert.equal((await sluice(['revisions', 'rollback', '1', '--yes'], { folder: house.folder })).code, 0)
  assert.equal((await third).revision, 3)
  assert.equal((await house.gateway.runtime.invoke('a', { body: { value: {} }, headers: {}, source: {} })).body, 'one')
})

const refusals = [
  { name: 'a number that is not kept', args: ['show', '9'], says: /there is no revision 9 in .*"sluice revisions list"/ },
  { name: 'no number', args: ['diff'], says: /the number of a revision is missing/ },
  { name: 'a word that is none', args: ['forget', '1'], says: /write list, show N, diff N \[M\] or rollback N/ },
  {
    name: 'a revision of another folder',
    args: ['rollback', '1', '--config', 'elsewhere'],
    says: /revision 1 is of .*pipelines, not of .*elsewhere/,
  },
]
test('what cannot be done with revisions is said', async () => {
  await withRevisions(async ({ run }) => {
    for (const { name, args, says } of refusals) {
      const { code, err } = await run(...args)
      assert.deepEqual([name, code, says.test(err)], [name, 1, true], err)
    }
  })
})

test('of a hundred and one revisions the first is forgotten', async () => {
  await using house = await openHouse({ 'pipelines/a.yaml': yaml('a', '"0"') })
  for (let at = 1; at <= 100; at++) assert.equal((await house.change({ 'pipelines/a.yaml': yaml('a', `"${at}"`) })).kind, 'applied')
  await house.gateway.stop(0)
  const { out } = await sluice(['revisions', 'list', '--format', 'json'], { folder: house.folder })
  const numbers = JSON.parse(out).map(({ number }: { number: number }) => number)
  assert.deepEqual([numbers.length, numbers[0], numbers.at(-1)], [100, 101, 2])
})

const diffs = [
  { name: 'the same', before: 'a\nb\n', after: 'a\nb\n', want: '' },
  { name: 'a line in the middle', before: 'a\nb\nc\n', after: 'a\nx\nc\n', want: '@@ -1 +1 @@\n a\n-b\n+x\n c\n' },
  { name: 'a line that comes', before: 'a\n', after: 'a\nb\n', want: '@@ -1 +1 @@\n a\n+b\n' },
  { name: 'lines that go, and one that stays between them', before: 'a\nb\nc\n', after: 'b\n', want: '@@ -1 +1 @@\n-a\n b\n-c\n' },
  {
    name: 'two places far from each other',
    before: '1\n2\n3\n4\n5\n6\n7\n8\n9\n',
    after: 'x\n2\n3\n4\n5\n6\n7\n8\ny\n',
    want: '@@ -1 +1 @@\n-1\n+x\n 2\n 3\n 4\n@@ -6 +6 @@\n 6\n 7\n 8\n-9\n+y\n',
  },
]
for (const { name, before, after, want } of diffs)
  test(`a diff of ${name}`, () => {
    assert.equal(textDiff('f', before, after), want === '' ? '' : `--- f\n+++ f\n${want}`)
  })

test('a file that is written to a link keeps the link', async () => {
  await withRevisions(async ({ folder, run }) => {
    const { symlink, rename, lstat } = await import('node:fs/promises')
    await rename(join(folder, 'pipelines/a.yaml'), join(folder, 'real.yaml'))
    await symlink('../real.yaml', join(folder, 'pipelines/a.yaml'))
    await writeFile(join(folder, 'real.yaml'), yaml('a', 'four'))
    assert.equal((await run('rollback', '2', '--yes')).code, 0)
    assert.equal((await lstat(join(folder, 'pipelines/a.yaml'))).isSymbolicLink(), true)
    assert.equal(await readFile(join(folder, 'real.yaml'), 'utf8'), yaml('a', 'two'))
  })
})
