import { SluiceError } from '../core/errors.ts'
import type { Json } from '../core/message.ts'

/** `$error`: what expressions see of an error. `status` and `body` are what the called system answered, where one did. */
export function errorValue(error: SluiceError): Json {
  return describe(error, 5)
}

function describe(error: SluiceError, depth: number): Json {
  const { answer, violations, details } = error.detail
  const { at } = error
  return compact({
    code: error.reason,
    message: error.message,
    status: answer?.status ?? error.status,
    step: at?.step,
    connector: at?.connector,
    attempt: at?.attempt,
    violations: violations?.map(violation => ({ ...violation })),
    details,
    body: answer?.body,
    cause: error.cause instanceof SluiceError && depth > 0 ? describe(error.cause, depth - 1) : undefined,
  })
}

function compact(fields: { readonly [key: string]: Json | undefined }): Json {
  const kept: Record<string, Json> = {}
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) kept[name] = value
  return kept
}
