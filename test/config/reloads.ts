import { stringify } from 'yaml'
import type { Place } from '../../engine/config/framed.ts'
import { locate } from '../../engine/config/position.ts'
import { Template } from '../../engine/core/expression.ts'
import type { Where } from '../../engine/core/finding.ts'
import { Secret } from '../../engine/core/secret.ts'

const route = (path: string, security: string | readonly string[] = 'none') => ({ http: path, security })
const get = { call: 'rates.get', with: { key: '${{ $day & id }}' }, as: 'rate' }
const version = (properties: object): object => ({
  $id: 'sluice:/transform/version.json',
  title: 'Version',
  description: 'A version.',
  type: 'object',
  additionalProperties: false,
  properties,
  examples: [{}],
})
const plugin = (code: string): string => `import { defineTransform } from 'sluice/plugin'\nexport default ${code}\n`

/**
 * What each file may hold, one after the other: all of the first make a model, and so do some others; many are wrong, or make others wrong.
 * Objects are written as YAML, or as JSON where the file is.
 */
export const files: Readonly<Record<string, readonly (string | object)[]>> = {
  'base/connectors.yaml': [
    {
      connectors: { rates: 'cache', crm: { http: 'https://${USER:-x}:${file:../secret}@example.com' } },
      security: { us: { basic: { users: { ada: '${file:../secret}' } } } },
    },
    {
      connectors: { rates: { cache: 'memory:' }, crm: { http: 'https://example.com', security: 'us' } },
      security: { us: { basic: { users: { ada: '${USER}' } } }, them: { basic: { users: { bob: 'in-clear' } } } },
    },
    { connectors: { rates: { http: 'https://example.com', timeout: '2s' } } },
    'connectors:\n  rates: [\n',
  ],
  'base/schemas.yaml': [
    { schemas: { amount: { type: 'integer' }, order: { file: '../order.json' } } },
    {
      schemas: {
        amount: { type: 'object', properties: { total: { type: 'integer' } } },
        order: { type: 'object', properties: { id: { type: 'string' }, amount: { $ref: 'amount' } } },
      },
    },
    { schemas: { order: { type: 'strig' } } },
  ],
  'order.json': [
    { type: 'object', properties: { id: { type: 'string' } } },
    { type: 'object', properties: { id: { $ref: 'amount' } } },
    '{"type"',
  ],
  secret: ['word', 'other'],
  'base/rates.yaml': [
    {
      pipelines: {
        rates: {
          input: 'order',
          channels: [route('/rates/{date}', 'us')],
          steps: [
            { set: { day: '${{ $params.date }}' } },
            get,
            { fail: { code: 'none', message: 'nothing for ${{ $day }}', status: 404 }, when: '${{ $not($last.found) }}' },
          ],
          reply: { body: { rate: '${{ $rate }}' } },
        },
      },
    },
    {
      pipelines: {
        rates: {
          output: 'order',
          steps: [{ set: { day: 'a' } }, get, { plugin: 'version' }, { invoke: 'other' }, { transform: { id: '${{ $string(total) }}' } }],
        },
      },
    },
    { pipelines: { rates: { steps: [{ plugin: 'version', with: { at: 2 } }, { transform: '${{ $day + }}' }, { invoke: 'nowhere' }] } } },
  ],
  'base/several.yaml': [
    {
      pipelines: {
        other: { summary: '${USER:-nobody}', channels: [route('/other')], steps: [{ transform: { total: 1 } }] },
        looped: { steps: [{ repeat: { while: '${{ $input.id = "a" }}', max: 3 }, steps: [{ invoke: 'rates' }] }] },
        long: { steps: [{ log: 'several\nlines\n' }, { plugin: 'version' }] },
      },
    },
    {
      pipelines: {
        other: { summary: '${USER:-nobody}', channels: [route('/other', ['us'])], steps: [{ transform: { totl: 1 } }] },
        looped: { steps: [{ invoke: 'other' }, { respond: { body: '${{ totl }}' } }, { log: 'never' }] },
        long: { steps: [{ log: 'several\nlines\n' }, { plugin: 'version' }] },
      },
    },
    {
      pipelines: {
        long: { steps: [{ log: 'several\nlines\n\n' }, { call: 'crm.get', with: { path: '/a/${{ $meta.id }}' } }] },
        other: {
          channels: [route('/other'), { schedule: { cron: '0 5 * * *' } }],
          catch: [{ steps: [{ delay: '1s' }] }],
          steps: [{ each: '${{ items }}', steps: [{ invoke: 'rates' }], collect: true }],
        },
      },
    },
    'pipelines:\n  other: &same\n    steps: [{ delay: 1s }]\n  looped: *same\n',
    {
      pipelines: {
        other: {
          channels: [route('/other', 'them'), route('/other')],
          steps: [
            { delay: '1s', name: 'a' },
            { delay: '2s', name: 'a' },
          ],
        },
        long: { steps: [{ fail: { code: 'never', message: '${{ $input.id }}' } }, { log: 'a' }] },
      },
    },
  ],
  'base/long.yaml': [0, 1, 2, 3].map(
    at =>
      `pipelines:
  first:
    steps:
      - log: ${['a', 'something longer', 'a', '"${USER:-nobody}"'][at]}
      - invoke: rates
  second: # ${'.'.repeat(at)}
    steps:
      - log: |+
          text


  third:
    timeout: 1s
    steps:
      - transform: \${{ id }}
schemas${at === 3 ? ':' : ': # the same'}
  long: { type: string }
`,
  ),
  'base/defaults.yaml': [
    { defaults: { pipelines: { timeout: '3s', tags: ['a'] }, channels: { concurrency: 3 } } },
    {
      defaults: { connectors: { timeout: '1s', retry: 2 }, pipelines: { catch: [{ steps: [{ log: '${USER:-x} ${{ $error.code }}' }] }] } },
    },
    { defaults: { channels: { format: 'xml', nonsense: 1 } } },
  ],
  'over/over.yaml': [
    { connectors: { crm: { http: { url: 'https://example.org' } } }, pipelines: { other: { timeout: '1s' }, rates: { summary: 'over' } } },
    { pipelines: { rates: { reply: null }, added: { steps: [{ invoke: 'rates' }] } } },
    { pipelines: { looped: null, other: { summary: '${USER:-nobody}' } } },
    { connectors: null },
  ],
  'top/top.yaml': [
    { pipelines: { other: { timeout: '2s' }, added: { concurrency: 4, steps: [{ delay: '1s' }] } } },
    { schemas: { amount: { type: 'string' } } },
  ],
  'base/some.test.yaml': [
    {
      tests: [
        {
          name: 'one',
          pipeline: 'rates',
          given: { body: { id: '1' } },
          mock: { 'rates.get': { returns: 'a' } },
          expect: { body: { rate: 'a' } },
        },
      ],
    },
    { tests: [{ name: 'one', pipeline: 'nowhere', mock: { 'crm.fetch': { returns: 1 } }, expect: [{ status: 200 }] }] },
  ],
  'plugins/version/schema.json': [version({}), version({ at: { type: 'integer', default: 1, description: 'A number.' } })],
  'plugins/version/plugin.ts': [
    plugin('defineTransform<object>({ compile: () => () => 1 })'),
    plugin('defineTransform<object>({ compile: () => () => 2 })'),
    plugin('1'),
  ],
}

/** The text of a file that holds this. */
export function textOf(file: string, content: string | object): string {
  if (typeof content === 'string') return content
  return file.endsWith('.json') ? JSON.stringify(content) : stringify(content)
}

/** Everything in it that can be compared: an expression is its source, a secret what it hides, a place its line and column. */
export function comparable(value: unknown): unknown {
  if (value instanceof Secret) return { secret: value.reveal(), shown: String(value) }
  if (value instanceof Template) return { parts: value.parts.map(comparable), splice: value.splice, where: value.where }
  if (typeof value === 'function') return 'a function'
  if (value instanceof Map) return { map: [...value].map(([key, held]) => [key, comparable(held)]) }
  if (value instanceof Set) return { set: [...value] }
  if (Array.isArray(value)) return value.map(comparable)
  if (isPlace(value)) return { key: whereIn(value, value.key), start: whereIn(value, value.start), inherited: value.inherited }
  if (typeof value !== 'object' || value === null) return value
  // offsets are into the text that a thing was read from, which may be an older one with the same lines
  const entries = Object.entries(value).filter(([key]) => !('style' in value && ['start', 'end'].includes(key)))
  return Object.fromEntries(entries.map(([key, held]) => [key, comparable(held)]))
}

const isPlace = (value: unknown): value is Place =>
  typeof value === 'object' && value !== null && 'pointer' in value && 'key' in value && 'start' in value
const whereIn = ({ file, pointer }: Place, offset: number): Where => locate(file, offset, pointer)
