import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const engine = fileURLToPath(new URL('../engine/', import.meta.url))

/** docs/architecture.md, "The floor plan". `settings` and `plugin` are files of their own: settings belong to the top floor, the plugin door to the contract. */
const floors: Readonly<Record<string, number>> = {
  core: 0,
  files: 1,
  registry: 1,
  net: 1,
  store: 1,
  durable: 1,
  observe: 1,
  security: 1,
  expression: 1,
  formats: 1,
  schema: 1,
  kit: 1,
  config: 2,
  compile: 2,
  runtime: 3,
  admin: 4,
  cluster: 4,
  cli: 5,
  main: 5,
  settings: 5,
  plugin: 1,
}
/** What adapters may import. */
const lentToAdapters = ['core', 'formats', 'kit']
/** Client libraries have one owner: who else imports them is refused. */
const owners: Readonly<Record<string, RegExp>> = {
  yaml: /^config\//,
  ajv: /^schema\//,
  'ajv-formats': /^schema\//,
  jsonata: /^expression\//,
  re2js: /^expression\//,
  saxes: /^formats\//,
  'fast-xml-parser': /^formats\//,
  amqplib: /^adapters\/amqp\//,
  ioredis: /^adapters\/cache\//,
  postgres: /^(store|adapters\/sql)\//,
  'node-schedule': /^adapters\/schedule\//,
  'cron-parser': /^kit\//,
  hono: /^(net|admin)\//,
  '@hono/node-server': /^admin\//,
  undici: /^(kit|adapters|cli)\//,
}

interface Import {
  readonly from: string
  readonly to: string
}

test('the floor plan holds: a floor imports only lower floors, rooms on one floor do not know each other', () => {
  assert.deepEqual(imports(files(engine)).flatMap(fault), [])
})

test('the floor plan is a gate: what it forbids is found', () => {
  const forbidden: readonly Import[] = [
    { from: 'core/message.ts', to: 'formats/json.ts' },
    { from: 'net/listeners.ts', to: 'security/authenticate.ts' },
    { from: 'config/load.ts', to: 'compile/compile.ts' },
    { from: 'compile/entry.ts', to: 'runtime/gate.ts' },
    { from: 'adapters/http/channel.ts', to: 'compile/refusal.ts' },
    { from: 'adapters/http/channel.ts', to: 'adapters/soap/channel.ts' },
    { from: 'runtime/apply.ts', to: 'adapters/http/channel.ts' },
    { from: 'compile/entry.ts', to: 'ajv' },
  ]
  for (const one of forbidden) assert.notDeepEqual(fault(one), [], `${one.from} -> ${one.to}`)
})

test('no module imports itself by a circle', () => {
  const graph = new Map<string, string[]>()
  for (const { from, to } of imports(files(engine))) graph.set(from, [...(graph.get(from) ?? []), to])
  const done = new Set<string>()
  const walk = (name: string, path: readonly string[]): void => {
    assert.ok(!path.includes(name), `a circle: ${[...path, name].join(' -> ')}`)
    if (done.has(name)) return
    for (const next of graph.get(name) ?? []) walk(next, [...path, name])
    done.add(name)
  }
  for (const name of graph.keys()) walk(name, [])
})

test('no file is above 400 lines', () => {
  const root = fileURLToPath(new URL('../', import.meta.url))
  const all = ['engine', 'plugins', 'test', 'tools'].flatMap(folder => files(join(root, folder), `${folder}/`))
  assert.deepEqual(
    all.filter(file => !file.name.endsWith('.gen.ts') && file.text.split('\n').length > 401).map(file => file.name),
    [],
  )
})

test('nobody branches on the type of a component outside its adapter', () => {
  const branch = /\btype === '(http|soap|schedule|cache|file|json|xml|csv|basic|call|each)'|case '(http|soap|schedule|cache)'/
  const shared = files(engine).filter(file => !file.name.startsWith('adapters/') && !file.name.startsWith('formats/'))
  assert.deepEqual(
    shared.filter(file => branch.test(file.text)).map(file => file.name),
    [],
  )
})

test('nobody imports the values of node:http, which load fetch and WebSocket with them at every start', () => {
  const values = /^import (?!type )[^'\n]*from 'node:http'/m
  assert.match("import { createServer } from 'node:http'", values)
  assert.deepEqual(
    files(engine)
      .filter(file => values.test(file.text))
      .map(file => file.name),
    [],
  )
})

interface File {
  readonly name: string
  readonly text: string
}

function files(folder: string, prefix = ''): readonly File[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts'))
    .map(name => ({ name: prefix + name, text: readFileSync(join(folder, name), 'utf8') }))
}

/** Import statements that remain at run time or as types; `import()` by a computed name is the registry's alone. */
function imports(all: readonly File[]): readonly Import[] {
  return all.flatMap(({ name, text }) =>
    [...text.matchAll(/^(?:import|export)\b[^'"]*?\bfrom '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm)].map(match => {
      const target = match[1] ?? match[2] ?? match[3] ?? ''
      return { from: name, to: target.startsWith('.') ? normalize(join(dirname(name), target)) : target }
    }),
  )
}

function fault({ from, to }: Import): readonly string[] {
  const bare = /^(@[^/]+\/[^/]+|[^/]+)/.exec(to)?.[1] ?? to
  if (Object.hasOwn(owners, bare)) return owners[bare]?.test(from) === true ? [] : [`${from} imports ${bare}, which has another owner`]
  if (to.startsWith('..') || !to.endsWith('.ts')) return []
  const [here, there] = [room(from), room(to)]
  if (here === there) return []
  if (from.startsWith('adapters/'))
    return lentToAdapters.includes(there) ? [] : [`${from} imports ${to}: adapters know ${lentToAdapters.join(', ')} only`]
  if (to.startsWith('adapters/')) return [`${from} imports ${to}: adapters are reached by the registry only`]
  const [mine, other] = [floors[here], floors[there]]
  if (mine === undefined || other === undefined) return [`${from} imports ${to}: ${mine === undefined ? here : there} is on no floor`]
  return other < mine || (mine === 5 && other === 5) ? [] : [`${from} (floor ${mine}) imports ${to} (floor ${other})`]
}

/** `adapters/http` is a room, `adapters/soap` another. */
function room(file: string): string {
  const [first = '', second = ''] = file.split('/')
  return first === 'adapters' ? `${first}/${second}` : first.replace(/\.ts$/, '')
}
