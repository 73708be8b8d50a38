import type { Body, Json, Origin } from '../core/message.ts'
import type { PipelineModel } from '../core/model.ts'
import type { ReplyCachePolicy } from '../core/policies.gen.ts'
import { markKey } from '../durable/marks.ts'
import { KeptReplies } from './kept-replies.ts'
import { keyText } from './key-text.ts'
import type { CompileOptions } from './options.ts'
import type { Invoked } from './revision.ts'
import { compileTree } from './tree.ts'

/** Runs the pipeline, or gives the reply that is kept. */
export type Asked = (input: Body, origin: Origin, run: () => Invoked | Promise<Invoked>) => Invoked | Promise<Invoked>

/** What stands around a run that somebody waits for; undefined where the pipeline keeps no replies. */
export function compileAsked(model: PipelineModel, options: CompileOptions): Asked | undefined {
  const { cache } = model
  if (cache === undefined) return undefined
  const keyOf = compileKey(cache)
  const replies = new KeptReplies(model, cache, options)
  return (input, origin, run) => {
    const key = keyOf(input, origin)
    return key === undefined ? run() : replies.give(key, run)
  }
}

/** Undefined: it has none. */
type KeyOf = (input: Body, origin: Origin) => string | undefined

function compileKey({ key }: ReplyCachePolicy): KeyOf {
  if (key === undefined) return wholeKey
  const value = compileTree(key, 'cache')
  return (input, origin) => {
    const text = keyText(value({ body: input, input, vars: none, origin }))
    return text === undefined || text === '' ? undefined : markKey(text)
  }
}

/** All that a caller says besides headers, and who it is. */
function wholeKey(input: Body, { source: { params = {}, query = {} }, principal }: Origin): string | undefined {
  if (input instanceof Uint8Array || input instanceof Blob) return undefined
  const said: Json = [input ?? null, params, query, principal?.method ?? null, principal?.name ?? null]
  return markKey(JSON.stringify(said))
}

const none = Object.freeze({})
