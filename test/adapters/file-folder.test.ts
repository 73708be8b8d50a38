import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, unlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import file from '../../engine/adapters/file/channel.ts'
import { nameOwner } from '../../engine/adapters/file/owner.ts'
import type { Consumer } from '../../engine/core/component.ts'
import type { FileChannel } from '../../engine/core/config.gen.ts'
import { systemClock } from '../../engine/core/ports.ts'
import { eventually } from '../support/eventually.ts'
import { type TestHost, testHost } from '../support/host.ts'
import { type Answer, acknowledged, type Receiver, receiver } from '../support/receiver.ts'

let folder = ''
let lives: Consumer[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'file-folder-'))
})
afterEach(async () => {
  await Promise.all(lives.map(consumer => consumer.close(AbortSignal.timeout(5000))))
  lives = []
  await rm(folder, { recursive: true })
})

interface Life extends Pick<Receiver, 'received' | 'came'> {
  readonly consumer: Consumer
  readonly host: TestHost
  readonly names: readonly string[]
}

function open(config: Partial<FileChannel> = {}, answer?: Answer): Life {
  const end = receiver(answer)
  const host = { ...testHost(), clock: { ...systemClock, move: () => assert.fail('time is real here') } }
  const consumer = file.create({ ...standard, folder, ...config }, undefined, end.handle, host)
  lives.push(consumer)
  consumer.open()
  return {
    consumer,
    host,
    received: end.received,
    came: end.came,
    get names() {
      return end.received.map(({ inbound }) => String(inbound.source['path']))
    },
  }
}

const standard: FileChannel = {
  folder: '',
  match: ['*'],
  every: 100,
  zone: 'UTC',
  settle: 0,
  prefetch: 1,
  maxSize: 10 * 1024 ** 2,
  after: 'move',
  done: 'done',
  failed: 'failed',
}

/** Files below the folder, whatever they are called. */
async function files(below = ''): Promise<readonly string[]> {
  const entries = await readdir(join(folder, below), { recursive: true, withFileTypes: true }).catch(() => [])
  return entries
    .filter(entry => !entry.isDirectory() && entry.name !== 'alive')
    .map(entry => join(entry.parentPath, entry.name).slice(join(folder, below).length + 1))
    .sort()
}
const put = async (path: string, text = path): Promise<void> => {
  await mkdir(join(folder, path, '..'), { recursive: true })
  await writeFile(join(folder, path), text)
}

describe('which files are taken', () => {
  test('those that match, by the order of their paths; what is hidden, half-written or a link is left', async () => {
    await put('b.csv')
    await put('a.csv')
    await put('deep/er/c.csv')
    for (const other of ['a.txt', '.a.csv', 'a.csv.part', 'a.csv.TMP', '.hidden/d.csv']) await put(other)
    await symlink('/etc/hostname', join(folder, 'link.csv'))
    await symlink('/etc', join(folder, 'etc'))
    const life = open({ match: ['**/*.csv', '*.part', '*.TMP', '**/hostname'] })
    await life.came(3)
    await put('zzz.csv')
    await life.came(4)
    assert.deepEqual(life.names, ['a.csv', 'b.csv', 'deep/er/c.csv', 'zzz.csv'])
    await eventually(async () => assert.deepEqual(await files('done'), ['a.csv', 'b.csv', 'deep/er/c.csv', 'zzz.csv']))
  })

  test('a file that is still written is not taken until it stands still', async () => {
    const life = open({ settle: 1_500 })
    let text = ''
    for (let line = 0; line < 20; line++) {
      text += `line ${line}\n`
      await appendFile(join(folder, 'slow.csv'), `line ${line}\n`)
      await new Promise(resolve => setTimeout(resolve, 100))
    }
    await life.came(1)
    assert.deepEqual(
      life.received.map(({ bytes }) => bytes.toString()),
      [text],
    )
  })

  test('a file that is written over while it is worked on goes back, and comes again as it is then', async () => {
    await put('a.csv', 'half')
    const life = open({}, async (_, count) => {
      if (count === 1) {
        const [claimed = ''] = await files('.sluice')
        await appendFile(join(folder, '.sluice', claimed), ' and half')
      }
      return acknowledged
    })
    await life.came(2)
    assert.deepEqual(
      life.received.map(({ bytes }) => bytes.toString()),
      ['half', 'half and half'],
    )
    await eventually(async () => assert.deepEqual(await files(), ['done/a.csv']))
  })

  test('a message says what its file is called, how large it is and of when', async () => {
    await put('sub/ß\n a.csv', '1,2')
    await utimes(join(folder, 'sub/ß\n a.csv'), 1_000_000_000, 1_000_000_000)
    const life = open({ match: ['**'] })
    const [first] = await life.came(1)
    const { source, contentType } = first?.inbound ?? assert.fail()
    const modified = '2001-09-09T01:46:40.000Z'
    assert.deepEqual([source, contentType], [{ file: 'ß\n a.csv', path: 'sub/ß\n a.csv', size: 3, modified }, 'text/csv'])
  })

  test('a large file stays on the disk until somebody reads it', async () => {
    await put('large.bin', 'x'.repeat(2 * 1024 * 1024))
    const life = open()
    const [first] = await life.came(1)
    assert.ok(first?.inbound.body instanceof Blob)
  })

  test('a name that is not UTF-8 is said, and holds up nobody', async () => {
    await writeFile(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0x61, 0xff])]), 'x')
    await put('b.csv')
    const life = open()
    await life.came(1)
    assert.deepEqual(life.names, ['b.csv'])
    assert.match((await life.host.until('degraded')).reason ?? '', /its name is not UTF-8/)
  })
})

describe('what becomes of a file', () => {
  const fault = { status: 422, headers: {}, body: { value: undefined } }
  for (const [name, config, answer, want] of [
    ['done, it is moved', {}, acknowledged, ['done/a.csv']],
    ['done, it is deleted where that is wanted', { after: 'delete' }, acknowledged, []],
    ['given up, it is moved to another place', {}, fault, ['failed/a.csv']],
    ['given up, it is not deleted', { after: 'delete', failed: 'bad' }, fault, ['bad/a.csv']],
    ['too large, it is put there unread', { maxSize: 2 }, undefined, ['failed/a.csv']],
  ] as const)
    test(name, async () => {
      await put('a.csv')
      const life = open(config, () => answer ?? assert.fail('it was read'))
      await eventually(async () => assert.deepEqual(await files(), want))
      assert.equal(life.received.length, answer === undefined ? 0 : 1)
    })

  test('nothing is overwritten: a second file of a name gets the time into it', async () => {
    await put('done/a.tar.gz', 'first')
    await put('a.tar.gz', 'second')
    open({ match: ['*.gz'] })
    await eventually(async () => assert.equal((await files()).length, 2))
    const [old = '', next = ''] = await eventually(async () => {
      const all = await files('done')
      assert.equal(all.length, 2)
      return all.toSorted((a, b) => a.length - b.length)
    })
    assert.match(next, /^a\.tar\.\d{8}T\d{9}Z\.gz$/)
    assert.deepEqual(
      [await readFile(join(folder, 'done', old), 'utf8'), await readFile(join(folder, 'done', next), 'utf8')],
      ['first', 'second'],
    )
  })

  test('a file that is done, and has no place to go to, is not handed on again; it goes when there is one', async () => {
    await put('done', 'in the way')
    await put('a.csv')
    const life = open({ match: ['*.csv'] })
    assert.match((await life.host.until('degraded')).reason ?? '', /^moving a\.csv to done: /)
    await unlink(join(folder, 'done'))
    await eventually(async () => assert.deepEqual(await files(), ['done/a.csv']), 15_000)
    await life.host.until('ready')
    assert.equal(life.received.length, 1)
  })

  test('a file that cannot go back, since its name is taken, is kept until the name is free', async () => {
    await put('a.csv', 'first')
    const refused = open({}, async () => {
      await put('a.csv', 'second')
      throw new Error('not now')
    })
    await refused.came(1)
    await refused.consumer.close(AbortSignal.timeout(5000))
    assert.equal((await files()).length, 2)
    const claims = await files('.sluice')
    assert.equal(claims.length, 1)
    // as if its process were over
    await disown()
    const life = open()
    await life.came(1)
    assert.equal(life.received[0]?.bytes.toString(), 'second')
    await eventually(async () => assert.equal((await files('done')).length, 1))
    await life.consumer.close(AbortSignal.timeout(5000))
    const next = open()
    await next.came(1)
    assert.equal(next.received[0]?.bytes.toString(), 'first')
  })

  /** Gives the claims to a process that is over. */
  async function disown(): Promise<void> {
    const [owner = ''] = await readdir(join(folder, '.sluice'))
    const [host, space, , , random] = owner.split('_')
    const child = spawn('true')
    await once(child, 'exit')
    await rename(join(folder, '.sluice', owner), join(folder, '.sluice', [host, space, child.pid, '1', random].join('_')))
  }
})

describe('whose a file is', () => {
  test('several consumers of one folder share its files, and none has one twice', async () => {
    const names = Array.from({ length: 200 }, (_, index) => `${index}.csv`)
    for (const name of names) await put(name)
    const all = [open({ prefetch: 8 }), open({ prefetch: 8 }), open({ prefetch: 8 })]
    await eventually(() => assert.equal(all.flatMap(life => life.names).length, 200))
    assert.deepEqual(all.flatMap(life => life.names).toSorted(), names.toSorted())
    await eventually(async () => assert.equal((await files('done')).length, 200))
  })

  test('what an owner of this machine held when it was killed goes back at once', async () => {
    await put('a.csv')
    const holder = holdFiles()
    await once(holder.stdout ?? assert.fail(), 'data')
    assert.deepEqual(await files('done'), [])
    holder.kill('SIGKILL')
    await once(holder, 'exit')
    assert.equal((await files('.sluice')).length, 1)
    const life = open()
    await life.came(1)
    assert.deepEqual(life.names, ['a.csv'])
    assert.ok(life.host.lines.some(({ event }) => event === 'claimed files given back'))
  })

  const elsewhere = async (): Promise<string> => 'another-machine_4026531836_1_1_abc'
  for (const [name, ownerOf, silentMinutes, want] of [
    ['what an owner of another machine holds is left to it while it gives signs of life', elsewhere, 4, 0],
    ['what it holds goes back after five silent minutes', elsewhere, 6, 1],
    ['what a live process of this machine holds is left to it', nameOwner, 0, 0],
  ] as const)
    test(name, async () => {
      const owner = await ownerOf()
      await put(`.sluice/${owner}/0/sub/a.csv`)
      await put(`.sluice/${owner}/alive`)
      const then = Date.now() / 1000 - silentMinutes * 60
      await utimes(join(folder, '.sluice', owner, 'alive'), then, then)
      await put('b.csv')
      const life = open({ match: ['**'] })
      await life.came(1 + want)
      assert.deepEqual(life.names.toSorted(), want === 1 ? ['b.csv', 'sub/a.csv'] : ['b.csv'])
      await eventually(async () => assert.equal((await files('.sluice')).length, 1 - want))
    })

  /** A consumer in a process of its own, that never finishes what it has. */
  function holdFiles(): ChildProcess {
    const channel = new URL('../../engine/adapters/file/channel.ts', import.meta.url).href
    const code = `
      const { default: file } = await import('${channel}')
      const log = () => {}
      const host = { id: 'x', status: log, clock: { now: () => Date.now() }, log: { debug: log, info: log, warn: log, error: log } }
      const config = ${JSON.stringify({ ...standard, folder })}
      file.create(config, undefined, () => new Promise(() => console.log('held')), host).open()`
    return spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  }
})

test('a folder that may not be read is a status, and is consumed when it may', {
  skip: process.getuid?.() === 0 ? 'root may read everything' : false,
}, async () => {
  await put('a.csv')
  await chmod(folder, 0)
  const life = open()
  assert.match((await life.host.until('degraded')).reason ?? '', /EACCES/)
  await chmod(folder, 0o755)
  await life.came(1)
  await life.host.until('ready')
})

const faults: readonly { readonly config: Partial<FileChannel>; readonly want: readonly string[] }[] = [
  { config: {}, want: [] },
  { config: { cron: '*/5 * * * *', zone: 'Europe/Paris', match: ['**/*.csv', 'a[1].txt'] }, want: [] },
  { config: { every: 10 }, want: ['/every a folder is looked into every 100ms at most'] },
  { config: { cron: '* * *' }, want: ['/cron a cron expression has five or six fields, this has 3'] },
  { config: { match: ['*.{csv,txt}'] }, want: ['/match/0 a pattern has no braces: write a list of patterns'] },
  { config: { match: ['*', '../*.csv'] }, want: ['/match/1 a pattern is a path below the folder, without ".", ".." or empty names'] },
  { config: { done: '.' }, want: ['/done done is the folder that files are taken from'] },
]
for (const { config, want } of faults)
  test(`check: ${JSON.stringify(config)} has ${want.length === 0 ? 'no fault' : want.join(' and ')}`, () => {
    const found = file.check?.({ ...standard, folder: '/data/in', ...config }) ?? []
    assert.deepEqual(
      found.map(({ pointer, message }) => `${pointer} ${message}`),
      want,
    )
  })
