import type { ConsumingChannel, FormatDefinition, SecurityDefinition, ServedChannel, TransformDefinition } from '../core/component.ts'
import { SluiceError } from '../core/errors.ts'
import { narrow } from '../core/narrow.ts'
import type { CompileOptions } from './options.ts'

export const formatDefinition = (type: string, { definitions }: Loaded): FormatDefinition<unknown> =>
  narrow(definitions('format', type), 'format') ?? wrong('format', type)

export const transformDefinition = (name: string, { definitions }: Loaded): TransformDefinition<unknown> =>
  narrow(definitions('transform', name), 'transform') ?? wrong('plugin', name)

export const securityDefinition = (type: string, { definitions }: Loaded): SecurityDefinition<unknown> =>
  narrow(definitions('security', type), 'security') ?? wrong('security method', type)

export function channelDefinition(type: string, { definitions }: Loaded): ServedChannel<unknown> | ConsumingChannel<unknown, unknown> {
  const found = definitions('channel', type)
  return narrow(found, 'served') ?? narrow(found, 'consuming') ?? wrong('channel', type)
}

function wrong(what: string, name: string): never {
  throw new SluiceError('INTERNAL', `the ${what} "${name}" is none`)
}

/** Where the loaded modules are. */
export type Loaded = Pick<CompileOptions, 'definitions'>
