import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, test } from 'node:test'
import file from '../../engine/adapters/file/connector.ts'
import type { Payload } from '../../engine/core/component.ts'
import { type Code, SluiceError } from '../../engine/core/errors.ts'
import { connectorContract } from '../contract/connector.ts'
import { testHost, testScope } from '../support/host.ts'

const maxSize = 2 * 1024 * 1024
const scratch = (): Promise<string> => mkdtemp(join(tmpdir(), 'files-'))
const payload = (text: string): Payload => ({ bytes: Buffer.from(text), contentType: 'text/plain' })

connectorContract('file', {
  definition: file,
  suffers: ['away'],
  carries: 'bytes',
  heals: 'by-call',
  open: async () => {
    const above = await scratch()
    const folder = join(above, 'mounted')
    await mkdir(folder)
    return {
      config: { folder, maxSize },
      system: {
        leave: () => rename(folder, `${folder}-away`),
        come: () => rename(`${folder}-away`, folder),
        [Symbol.asyncDispose]: () => rm(above, { recursive: true }),
      },
    }
  },
  keep: async (connector, { key, bytes }, scope) => {
    await connector.operations.put({ path: encodeURIComponent(key), content: { bytes, contentType: 'application/octet-stream' } }, scope)
  },
  read: async (connector, key, scope) => {
    const result = await connector.operations.get({ path: encodeURIComponent(key) }, scope)
    assert.ok(result?.body instanceof Uint8Array)
    return result.body
  },
})

describe('a file', () => {
  let above: string
  let folder: string
  before(async () => {
    above = await scratch()
    folder = join(above, 'in')
  })
  after(() => rm(above, { recursive: true }))
  beforeEach(async () => {
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder)
  })
  const calls = () => file.create({ folder, maxSize }, testHost()).operations
  const get = (path: string) => calls().get({ path }, testScope())
  const put = (path: string, text: string) => calls().put({ path, content: payload(text) }, testScope())

  for (const [name, contentType] of [
    ['a.json', 'application/json'],
    ['a.XML', 'application/xml'],
    ['a.csv', 'text/csv'],
    ['a.txt', 'text/plain'],
    ['a.bin', undefined],
    ['json', undefined],
  ] as const)
    test(`called ${name} has the content type ${contentType}`, async () => {
      await writeFile(join(folder, name), 'content')
      assert.deepEqual(await get(name), { body: Buffer.from('content'), contentType })
    })

  test('in folders that are not there is put there, and gotten from there', async () => {
    assert.equal(await put('2013/09/03.txt', '1.22'), undefined)
    assert.equal(await readFile(join(folder, '2013/09/03.txt'), 'utf8'), '1.22')
    assert.deepEqual((await get('2013/09/03.txt'))?.body, Buffer.from('1.22'))
  })

  test('is named as in a URL: a splice with a blank is a name with a blank', async () => {
    await put('a%20b/k%C3%A4se.txt', 'x')
    assert.deepEqual(await readdir(join(folder, 'a b')), ['käse.txt'])
  })

  test('that is put again is replaced, and nothing else is left in the folder', async () => {
    await put('a.txt', 'a longer text')
    await put('a.txt', 'short')
    assert.equal(await readFile(join(folder, 'a.txt'), 'utf8'), 'short')
    assert.deepEqual(await readdir(folder), ['a.txt'])
  })

  test('whose delivery is cut while it is written stays as it was', async () => {
    await put('a.txt', 'before')
    const scope = testScope()
    const writing = calls().put({ path: 'a.txt', content: payload('after') }, scope)
    scope.cancel(new SluiceError('CANCELLED', 'the caller went away'))
    await assert.rejects(writing, { code: 'CANCELLED' })
    assert.equal(await readFile(join(folder, 'a.txt'), 'utf8'), 'before')
    assert.deepEqual(await readdir(folder), ['a.txt'])
  })

  const refused: readonly string[] = [
    '',
    '/',
    '/etc/passwd',
    'a/',
    'a//b',
    '.',
    '..',
    '../b',
    'a/../b',
    'a/./b',
    '%2e%2e/b',
    'a%2Fb',
    '..%2Fb',
    'a\\b',
    'a%5Cb',
  ]
  for (const path of [...refused, 'a\0b', 'a%00b', 'a%0Ab', '%zz', '%FF', 'x'.repeat(256), '\ud83d'])
    test(`whose path is ${JSON.stringify(path).slice(0, 20)} is refused as an argument`, async () => {
      await assert.rejects(get(path), { code: 'ARGUMENT_INVALID' })
      await assert.rejects(put(path, 'x'), { code: 'ARGUMENT_INVALID' })
    })

  const failure = async (call: Promise<unknown>): Promise<readonly [Code, number | undefined]> => {
    const error = await call.then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    assert.ok(error instanceof SluiceError)
    return [error.code, error.detail.answer?.status]
  }

  test('that is not there is a refusal with 404, and so is a folder in its place', async () => {
    await mkdir(join(folder, 'sub'))
    for (const path of ['a.txt', 'no/a.txt', 'sub']) assert.deepEqual(await failure(get(path)), ['UPSTREAM_REFUSED', 404], path)
    await writeFile(join(folder, 'plain'), '')
    assert.deepEqual(await failure(get('plain/a.txt')), ['UPSTREAM_REFUSED', 404])
    assert.deepEqual(await failure(put('plain/a.txt', 'x')), ['UPSTREAM_REFUSED', 404])
    assert.deepEqual(await failure(put('sub', 'x')), ['UPSTREAM_REFUSED', 404])
    assert.deepEqual(await readdir(folder), ['plain', 'sub'])
  })

  test('behind a link that leads out of the folder is refused with 403, both ways', async () => {
    const outside = join(above, 'outside')
    await mkdir(outside, { recursive: true })
    await writeFile(join(outside, 'secret.txt'), 'secret')
    await symlink(outside, join(folder, 'way-out'))
    await symlink(join(outside, 'secret.txt'), join(folder, 'link.txt'))
    assert.deepEqual(await failure(get('way-out/secret.txt')), ['UPSTREAM_REFUSED', 403])
    assert.deepEqual(await failure(get('link.txt')), ['UPSTREAM_REFUSED', 403])
    assert.deepEqual(await failure(put('way-out/new.txt', 'x')), ['UPSTREAM_REFUSED', 403])
    assert.deepEqual(await failure(put('way-out/sub/new.txt', 'x')), ['UPSTREAM_REFUSED', 403])
    await put('link.txt', 'mine')
    assert.equal(await readFile(join(outside, 'secret.txt'), 'utf8'), 'secret')
    assert.deepEqual(await readdir(outside), ['secret.txt'])
  })

  test('behind a link inside the folder is found', async () => {
    await put('real/a.txt', 'x')
    await symlink(join(folder, 'real'), join(folder, 'alias'))
    assert.deepEqual((await get('alias/a.txt'))?.body, Buffer.from('x'))
  })

  test('that is a named pipe is refused at once, and not waited for', async () => {
    assert.equal(spawnSync('mkfifo', [join(folder, 'pipe')]).status, 0)
    assert.deepEqual(await failure(get('pipe')), ['UPSTREAM_REFUSED', 404])
  })

  test('above maxSize is an error; exactly maxSize is not', async () => {
    await writeFile(join(folder, 'full'), Buffer.alloc(maxSize))
    await writeFile(join(folder, 'over'), Buffer.alloc(maxSize + 1))
    assert.equal((await get('full'))?.body instanceof Uint8Array, true)
    assert.deepEqual(await failure(get('over')), ['UPSTREAM_MALFORMED', undefined])
    assert.deepEqual(await failure(put('large', 'x'.repeat(maxSize + 1))), ['ARGUMENT_INVALID', undefined])
    assert.deepEqual(await readdir(folder), ['full', 'over'])
  })

  test('that may not be read is a refusal with 403', { skip: process.getuid?.() === 0 && 'root may read everything' }, async () => {
    await writeFile(join(folder, 'a.txt'), '')
    await chmod(join(folder, 'a.txt'), 0)
    assert.deepEqual(await failure(get('a.txt')), ['UPSTREAM_REFUSED', 403])
  })

  test('of a folder that is not there is unreachable: the status says so, and it is never made', async () => {
    await rm(folder, { recursive: true })
    const host = testHost()
    const connector = file.create({ folder, maxSize }, host)
    await connector.start?.(AbortSignal.timeout(1000))
    assert.match((await host.until('connecting')).reason ?? '', /ENOENT/)
    await assert.rejects(put('a.txt', 'x'), { code: 'UNREACHABLE' })
    assert.deepEqual(
      await readdir(above),
      ['outside'].filter(name => name !== 'in'),
    )
  })
})
