import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { Size } from '../core/duration.ts'
import { SluiceError } from '../core/errors.ts'

/**
 * The bytes of a body that came with a `content-encoding`. Only gzip is asked for, so only gzip is read. What inflates to more than `most`
 * bytes is UPSTREAM_MALFORMED, as is what is not gzip.
 */
export async function inflate(
  body: Uint8Array,
  encoding: string,
  { doing, most }: { readonly doing: string; readonly most: Size },
): Promise<Uint8Array> {
  if (!/^(x-)?gzip$/i.test(encoding.trim()))
    throw new SluiceError('UPSTREAM_MALFORMED', `${doing}: the reply has a content-encoding that was not asked for`)
  try {
    return await unzip(body, { maxOutputLength: most })
  } catch (cause) {
    const large = cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE'
    const fault = large ? `the reply inflates to more than \`maxReply\`, ${most} bytes` : 'the reply is not the gzip that it says'
    throw new SluiceError('UPSTREAM_MALFORMED', `${doing}: ${fault}`, { cause })
  }
}

const unzip = promisify(gunzip)
