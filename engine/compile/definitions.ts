import type { ConsumingChannel, FormatDefinition, SecurityDefinition, ServedChannel, TransformDefinition } from '../core/component.ts'
import { SluiceError } from '../core/errors.ts'
import type { CompileOptions } from './options.ts'

// A definition's `kind` says what it is. Its configuration was checked against the schema that the definition's type is generated from: hence `unknown` for it.

export function formatDefinition(type: string, { definitions }: CompileOptions): FormatDefinition<unknown> {
  const found = definitions('format', type)
  return found.kind === 'format' ? (found as unknown as FormatDefinition<unknown>) : wrong('format', type)
}

export function transformDefinition(name: string, { definitions }: CompileOptions): TransformDefinition<unknown> {
  const found = definitions('transform', name)
  return found.kind === 'transform' ? (found as unknown as TransformDefinition<unknown>) : wrong('plugin', name)
}

export function securityDefinition(type: string, { definitions }: CompileOptions): SecurityDefinition<unknown> {
  const found = definitions('security', type)
  return found.kind === 'security' ? (found as unknown as SecurityDefinition<unknown>) : wrong('security method', type)
}

export function channelDefinition(
  type: string,
  { definitions }: CompileOptions,
): ServedChannel<unknown> | ConsumingChannel<unknown, unknown> {
  const found = definitions('channel', type)
  if (found.kind === 'served') return found as unknown as ServedChannel<unknown>
  return found.kind === 'consuming' ? (found as unknown as ConsumingChannel<unknown, unknown>) : wrong('channel', type)
}

function wrong(what: string, name: string): never {
  throw new SluiceError('INTERNAL', `the ${what} "${name}" is none`)
}
