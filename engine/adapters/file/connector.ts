import { defineConnector } from '../../core/component.ts'
import type { FileConnector, FileConnectorOperations } from '../../core/config.gen.ts'
import { inTime } from '../../kit/in-time.ts'
import { contentTypeOf } from './content-type.ts'
import { Folder } from './folder.ts'
import { readWhole } from './read-whole.ts'
import { writeWhole } from './write-whole.ts'

/** Files below one folder. Paths are written as in a URL: `/` between names, `%20` for a blank; none leads out of the folder. */
export default defineConnector<FileConnector, FileConnectorOperations>({
  create: (config, host) => {
    const folder = new Folder(config.folder, host)
    return {
      client: undefined,
      start: async signal => {
        // A folder that is not there yet may be mounted later: its status says so.
        const looked = folder.root().catch(() => {})
        await inTime(looked, signal, patienceMs)
      },
      ping: async () => {
        await folder.root()
      },
      operations: {
        get: async ({ path }, scope) => {
          scope.check()
          const body = await readWhole(await folder.find(path), config.maxSize)
          return { body, contentType: contentTypeOf(path) }
        },
        put: async ({ path, content }, scope) => {
          scope.check()
          await writeWhole(await folder.make(path), content.bytes, { maxSize: config.maxSize, scope })
          return undefined
        },
      },
    }
  },
})

/** A network file system may hang: how long a start waits for it, in milliseconds. */
const patienceMs = 2000
