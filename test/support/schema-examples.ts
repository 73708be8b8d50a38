import { readdirSync, readFileSync } from 'node:fs'
import { stringify } from 'yaml'
import type { Json } from '../../engine/core/message.ts'

/** Examples of whole components, and of single properties with the reference of the schema they stand in. */
export interface SchemaExamples {
  readonly wholes: readonly { readonly id: string; readonly at: number; readonly example: Json }[]
  readonly parts: readonly { readonly ref: string; readonly example: Json }[]
}

export function schemaExamples(folder: URL): SchemaExamples {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.json'))
  // a schema file is an object with an $id: the registry refuses any other
  const documents = names.sort().map(name => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Schema)
  return {
    wholes: documents.flatMap(document => (document.examples ?? []).map((example, at) => ({ id: document.$id, at, example }))),
    parts: documents.flatMap(document => parts(document, `${document.$id}#`, true)),
  }
}

/** The files of a folder in which the example of a schema stands where it belongs, with what it names declared. */
export function wrapExample(id: string, example: Json): Readonly<Record<string, string>> {
  const [, kind = '', type = ''] = /^sluice:\/(?:([a-z]+)\/)?([a-z-]+)\.json$/.exec(id) ?? []
  if (type === 'test' && kind === '') return { 'example.test.yaml': write(example), 'hello.yaml': write({ pipelines: { hello: {} } }) }
  const place = places[kind === 'common' || kind === '' ? type : kind]
  if (place === undefined) throw new Error(`there is no place for an example of ${id}`)
  return { 'example.yaml': write(place(example, type)), 'named.yaml': write(named(place(example, type))) }
}

interface Schema {
  readonly $id: string
  readonly examples?: readonly Json[]
}
type Place = (example: Json, type: string) => Json
const steps = (...list: readonly Json[]): Json => ({ pipelines: { page: { steps: list } } })
const pipeline = (value: Json): Json => ({ pipelines: { page: value } })
const connector = (modifiers: object): Json => ({ connectors: { page: { http: 'https://example.com', ...modifiers } } })

const places: Readonly<Record<string, Place>> = {
  config: example => example,
  pipeline: example => pipeline(example),
  listener: example => ({ listeners: { page: example } }),
  reply: example => pipeline({ reply: example }),
  channel: (example, type) =>
    type === 'channel'
      ? pipeline({ channels: [{ http: '/page', ...Object(example) }] })
      : pipeline({ channels: [{ [type]: example, ...(['schedule', 'amqp'].includes(type) ? {} : { security: 'none' }) }] }),
  connector: (example, type) => (type === 'connector' ? connector(Object(example)) : { connectors: { page: { [type]: example } } }),
  security: (example, type) => ({ security: { page: { [type]: example } } }),
  format: (example, type) => steps({ parse: { [type]: example } }),
  step: (example, type) => (type === 'step' ? steps({ delay: '1s', ...Object(example) }) : steps(example)),
  steps: example => pipeline({ steps: example }),
  catch: example => pipeline({ catch: example }),
  duration: example => steps({ delay: example }),
  size: example => pipeline({ channels: [{ http: { path: '/page', maxBody: example }, security: 'none' }] }),
  'message-schema': example => pipeline({ input: example }),
  breaker: example => connector({ breaker: example }),
  retry: example => connector({ retry: example }),
  queue: example => pipeline({ queue: example }),
  'reply-cache': example => pipeline({ cache: example }),
  idempotency: example => pipeline({ channels: [{ http: '/page', security: 'none' }], idempotency: example }),
  redelivery: example => pipeline({ redelivery: example }),
  'rate-limit': example => connector({ rateLimit: example }),
  tls: example => ({ connectors: { page: { http: { url: 'https://example.com', tls: example } } } }),
}

/** What examples name, where they name it: a document may declare nothing that the example itself declares. */
function named(document: Json): Json {
  const text = JSON.stringify(document)
  return {
    connectors: {
      ...(text.includes('"treasury.') && { treasury: { http: 'https://example.com' } }),
      ...(text.includes('"connector":"bus"') && { bus: { amqp: 'amqp://127.0.0.1' } }),
    },
    schemas: text.includes('"order"') ? { order: { type: 'object' } } : {},
    pipelines: text.includes('"get-rate"') ? { 'get-rate': { steps: [{ delay: '1ms' }] } } : {},
  }
}

/** Block style: flow collections are for constants. */
const write = (value: Json): string => stringify(value, { lineWidth: 0 })

/** Examples of everything below a document, but of its own whole. */
function parts(node: unknown, ref: string, top: boolean): SchemaExamples['parts'] {
  if (typeof node !== 'object' || node === null) return []
  const own = !top && 'examples' in node && Array.isArray(node.examples) && isChecked(node) ? node.examples : []
  const below = Object.entries(node).filter(([key]) => !['examples', 'default', 'const', 'enum'].includes(key))
  return [
    ...own.map((example: Json) => ({ ref, example })),
    ...below.flatMap(([key, value]) => parts(value, `${ref}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, false)),
  ]
}

/** A short form is checked once it is whole, an expression once it has a value. */
const isChecked = (node: object): boolean => !('x-one' in node) && !('x-expression' in node) && !('x-component' in node)
