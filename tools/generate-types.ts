/** Writes engine/core/policies.gen.ts and config.gen.ts: one TypeScript type for each schema under schemas/, as configuration is after loading. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'

interface Schema {
  readonly [keyword: string]: unknown
  readonly $id?: string
  readonly $ref?: string
  readonly title?: string
  readonly description?: string
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly default?: unknown
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly $defs?: { readonly operations?: Readonly<Record<string, Schema>> }
}

const folder = new URL('../schemas/', import.meta.url)
const target = new URL('../engine/core/', import.meta.url)

const schemas = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.json'))
  .sort()
  .map(name => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Schema)
const titles = new Map(schemas.map(schema => [schema.$id, schema.title]))

/** Schemas whose loaded form is a type written by hand in core. */
const byHand: Readonly<Record<string, string>> = {
  'sluice:/common/duration.json': 'Duration',
  'sluice:/common/size.json': 'Size',
  'sluice:/common/steps.json': 'readonly StepModel[]',
  'sluice:/common/catch.json': 'readonly CatchModel[]',
  'sluice:/common/message-schema.json': 'Json',
  'sluice:/reply.json': 'ReplyModel',
}
const primitives: Readonly<Record<string, string>> = {
  string: 'string',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  null: 'null',
  object: '{ readonly [key: string]: Json }',
  array: 'readonly Json[]',
}

const policies = schemas.filter(schema => schema.$id?.startsWith('sluice:/common/') && byHand[schema.$id] === undefined)
const components = schemas.filter(schema => !schema.$id?.startsWith('sluice:/common/'))

write(
  'policies',
  [
    "import type { Duration, Size } from './duration.ts'",
    "import type { Tree } from './expression.ts'",
    "import type { Secret } from './secret.ts'",
  ],
  policies,
)
write(
  'config',
  [
    "import type { Payload } from './component.ts'",
    "import type { Duration, Size } from './duration.ts'",
    "import type { Tree } from './expression.ts'",
    "import type { Body, Json } from './message.ts'",
    "import type { CatchModel, Component, ReplyModel, StepModel } from './model.ts'",
    `import type { ${policies
      .map(schema => schema.title)
      .sort()
      .join(', ')} } from './policies.gen.ts'`,
    "import type { Secret } from './secret.ts'",
  ],
  components,
)

/** Only the imports that are used are written. */
function write(name: string, imports: readonly string[], all: readonly Schema[]): void {
  const body = all.flatMap(declaration).join('\n')
  const used = imports.map(line =>
    line.replace(
      /\{ (.*) \}/,
      (_, names: string) =>
        `{ ${names
          .split(', ')
          .filter(one => new RegExp(`\\b${one}\\b`).test(body))
          .join(', ')} }`,
    ),
  )
  const head = ['// Generated from schemas/ by `npm run generate`. Do not edit.', ...used.filter(line => !line.includes('{  }')), '']
  writeFileSync(new URL(`${name}.gen.ts`, target), `${head.join('\n')}\n${body}`)
}

function declaration(schema: Schema): readonly string[] {
  if (schema.$id !== undefined && byHand[schema.$id] !== undefined) return []
  const title = schema.title ?? ''
  const lines = [comment(schema, ''), `export type ${title} = ${type(schema, '')}`, '']
  const operations = Object.entries(schema.$defs?.operations ?? {})
  if (operations.length === 0) return lines
  lines.push(`/** Arguments by operation of ${title}. */`, `export type ${title}Operations = {`)
  for (const [name, operation] of operations) lines.push(comment(operation, '  '), `  readonly ${key(name)}: ${type(operation, '  ')}`)
  return [...lines, '}', '']
}

function type(schema: Schema, indent: string): string {
  if (schema.$ref !== undefined) return byHand[schema.$ref] ?? titles.get(schema.$ref) ?? 'unknown'
  if (schema['x-secret'] === true || schema['x-url'] === true) return 'Secret'
  if (schema['x-secret'] === 'allowed') return `${plain(schema, indent)} | Secret`
  if (schema['x-component'] !== undefined) return schema['x-component'] === 'step' ? 'StepModel' : 'Component'
  if (schema['x-payload'] === true) return 'Payload'
  if (schema['x-message-schema'] === true) return 'Json'
  return plain(schema, indent)
}

function plain(schema: Schema, indent: string): string {
  if (schema.properties !== undefined) return properties(schema, indent)
  if (schema['x-expression'] === true) return schema.additionalProperties === undefined ? 'Tree' : '{ readonly [key: string]: Tree }'
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum !== undefined) return schema.enum.map(value => literal(value)).join(' | ')
  if (schema.anyOf !== undefined && schema.type === undefined) return schema.anyOf.map(one => type(one, indent)).join(' | ')
  const { additionalProperties: rest, items } = schema
  const of = (name: string): string => {
    if (name === 'object' && typeof rest === 'object') return `{ readonly [key: string]: ${type(rest, indent)} }`
    if (name === 'array' && items !== undefined) return `readonly ${wrap(type(items, indent))}[]`
    return primitives[name] ?? 'unknown'
  }
  if (schema.type === undefined) return 'Body'
  return typeof schema.type === 'string' ? of(schema.type) : [...new Set(schema.type.map(of))].join(' | ')
}

function properties(schema: Schema, indent: string): string {
  const inner = `${indent}  `
  const entries = Object.entries(schema.properties ?? {})
  if (entries.length === 0) return 'Readonly<Record<string, never>>'
  const rows = entries.map(([name, property]) => {
    const present = property.default !== undefined || schema.required?.includes(name) === true
    return `${comment(property, inner)}\n${inner}readonly ${key(name)}${present ? '' : '?'}: ${type(property, inner)}${present ? '' : ' | undefined'}`
  })
  return `{\n${rows.join('\n')}\n${indent}}`
}

function comment(schema: Schema, indent: string): string {
  return `${indent}/** ${(schema.description ?? schema.title ?? '').replaceAll('*/', '* /')} */`
}
function wrap(text: string): string {
  return text.includes(' | ') ? `(${text})` : text
}
function literal(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : JSON.stringify(value)
}
function key(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : `'${name}'`
}
