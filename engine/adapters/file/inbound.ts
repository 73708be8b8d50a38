import { openAsBlob } from 'node:fs'
import { basename } from 'node:path'
import type { Inbound } from '../../core/message.ts'
import type { Claimed } from './claims.ts'
import { contentTypeOf } from './content-type.ts'
import { toFileError } from './file-error.ts'
import { readWhole } from './read-whole.ts'

/** Larger files stay on the disk until somebody reads them, in bytes. */
const inMemory = 1024 ** 2

/** A claimed file as a message; undefined where it can never be read. Rejects where it may be another time. */
export async function readInbound(claimed: Claimed): Promise<Inbound | undefined> {
  try {
    return await inboundOf(claimed)
  } catch (thrown) {
    if (toFileError(thrown, `reading ${claimed.path}`).retry === 'never') return undefined
    throw thrown
  }
}

async function inboundOf({ at, path, size, modifiedMs, crashed }: Claimed): Promise<Inbound> {
  const contentType = contentTypeOf(path) ?? 'application/octet-stream'
  return {
    body: size > inMemory ? await open(at) : await readWhole(at, size),
    contentType,
    headers: {},
    ...(crashed > 0 ? { redelivered: crashed, crashed } : {}),
    source: { file: basename(path), path, size, modified: new Date(modifiedMs).toISOString() },
  }
}

async function open(path: string): Promise<Blob> {
  try {
    return await openAsBlob(path)
  } catch (error) {
    throw toFileError(error, `reading ${path}`)
  }
}
