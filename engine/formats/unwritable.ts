import { SluiceError } from '../core/errors.ts'
import type { Body } from '../core/message.ts'

/** The error of every writer: the value that the pipeline made cannot be said in this format. It names no content. */
export const unwritable = (format: string, fault: string): SluiceError =>
  new SluiceError('INTERNAL', `writing the body as ${format}: ${fault}`)

/** Throws where a body is bytes or a file, which no format but `text` and `bytes` can write. */
export function refuseBytes(format: string, value: Body): void {
  if (value instanceof Uint8Array) throw unwritable(format, 'the body is bytes, which only the formats bytes and text write')
  if (value instanceof Blob) throw unwritable(format, 'the body is a file, which is passed on whole or not at all')
}

/** The payload of "no body". */
export const noBytes = (): Uint8Array => new Uint8Array(0)
