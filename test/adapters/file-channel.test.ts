import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import file from '../../engine/adapters/file/channel.ts'
import type { FileChannel } from '../../engine/core/config.gen.ts'
import { consumingContract, type Source } from '../contract/consuming-channel.ts'

const complete = (folder: string, config: Partial<FileChannel> = {}): FileChannel => ({
  folder,
  match: ['*'],
  every: 100,
  zone: 'UTC',
  settle: 0,
  prefetch: 1,
  maxSize: 10 * 1024 ** 2,
  after: 'move',
  done: 'done',
  failed: 'failed',
  ...config,
})

for (const prefetch of [1, 8])
  consumingContract(`file, ${prefetch} at once`, {
    definition: file,
    prefetch,
    carries: 'bytes',
    order: prefetch === 1 ? 'kept' : 'none',
    suffers: ['away'],
    open: async () => {
      const above = await mkdtemp(join(tmpdir(), 'file-channel-'))
      const folder = join(above, 'in')
      await mkdir(folder)
      return { source: folderSource(above, folder), config: complete(folder, { prefetch }), client: undefined }
    },
  })

/** As a careful partner writes: elsewhere first. */
function folderSource(above: string, folder: string): Source {
  return {
    async send({ key, bytes }) {
      if (key === '' || key.startsWith('.') || /[/\0]/.test(key)) throw new Error('no name of a file that is taken')
      const hidden = join(above, 'new')
      await writeFile(hidden, bytes)
      await rename(hidden, join(folder, key))
    },
    async left() {
      const names = await readdir(folder, { recursive: true, withFileTypes: true })
      return names.filter(entry => entry.isFile() && entry.name !== 'alive' && !/[/](done|failed)$/.test(entry.parentPath)).length
    },
    leave: () => rename(folder, `${folder}-away`),
    come: () => rename(`${folder}-away`, folder),
    [Symbol.asyncDispose]: () => rm(above, { recursive: true }),
  }
}
