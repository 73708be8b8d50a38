import type { Finding } from '../../core/finding.ts'
import type { Json } from '../../core/message.ts'
import { MessageSchemas } from '../../schema/message.ts'
import { errorAt } from '../finding-at.ts'
import { entryOf, type Framed, textOf, whereKey, whereOf } from '../framed.ts'
import { fileOf, messageSchema, messageSchemasIn } from '../message-schema.ts'
import { nearest, suggestion } from '../near.ts'
import { steps } from '../position.ts'
import type { Project } from '../project.ts'

/** `unknown-schema`, `remote-schema`, `invalid-schema`: what is no schema of a message. */
export function messageSchemas(project: Project): readonly Finding[] {
  const { declarations, messageSchemas: read } = project
  const schemas = new MessageSchemas(read)
  const faults = new Map<string, string | undefined>()
  // pipelines often share a schema word for word
  const faultOf = (schema: Json): string | undefined => {
    const text = JSON.stringify(schema)
    if (!faults.has(text)) faults.set(text, schemas.invalid(schema))
    return faults.get(text)
  }
  const declared = [...declarations.schemas].map(([name, framed]) => ({ framed, file: fileOf(framed), schema: read.get(name) }))
  const inline = [
    ...declared.filter(({ file }) => file === undefined).map(({ framed }) => framed),
    ...[...declarations.pipelines.values()].flatMap(messageSchemasIn),
  ]
  return [
    ...declared.flatMap(({ file, schema }) => (file === undefined || schema === undefined ? [] : inFile(file, faultOf(schema)))),
    ...inline.flatMap(framed => check(framed, faultOf, project)),
  ]
}

function check(framed: Framed, faultOf: (schema: Json) => string | undefined, project: Project): readonly Finding[] {
  const { schemas } = project.declarations
  const name = textOf(framed)
  if (name !== undefined) return schemas.has(name) || project.incomplete ? [] : [unknown(name, framed, project)]
  const references = referencesOf(framed, project)
  if (references.length > 0) return references
  const found = faultOf(messageSchema(framed, schemas))
  const unsure = project.incomplete && found?.startsWith('there is no schema') === true
  return found === undefined || unsure ? [] : [invalidAt(framed, found)]
}

const inFile = (file: Framed, found: string | undefined): readonly Finding[] =>
  found === undefined ? [] : [errorAt(whereOf(file), 'invalid-schema', `the schema in this file is none: ${found}`, {})]

function unknown(name: string, framed: Framed, { declarations }: Project): Finding {
  const hint = suggestion(name, declarations.schemas.keys()) ?? 'write the schema here, or declare it under schemas:'
  return errorAt(whereOf(framed), 'unknown-schema', `there is no schema "${name}"`, { hint })
}

/** `$ref`s that lead nowhere. */
function referencesOf(framed: Framed, project: Project): readonly Finding[] {
  if (framed.kind === 'list') return framed.items.flatMap(item => referencesOf(item, project))
  if (framed.kind !== 'map') return []
  return [...framed.entries].flatMap(([key, value]) => {
    const target = key === '$ref' ? textOf(value) : undefined
    if (target === undefined) return referencesOf(value, project)
    if (target.startsWith('#')) return []
    const name = /^sluice:\/schemas\/([^#]*)/.exec(target)?.[1] ?? target
    if (project.declarations.schemas.has(name) || project.incomplete) return []
    if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(target)) return [unknown(target, value, project)]
    const hint = 'put it beside the YAML: schemas: { order: { file: order.json } }'
    return [errorAt(whereOf(value), 'remote-schema', `${target} is never loaded`, { hint })]
  })
}

const types = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null']

/** What is wrong with a schema, at the place in it that the fault names. */
function invalidAt(schema: Framed, fault: string): Finding {
  const [, pointer = ''] = /^(\/\S*) /.exec(fault) ?? []
  const keyword = /unknown keyword: "([^"]*)"/.exec(fault)?.[1]
  const found = keyword === undefined ? follow(schema, pointer) : (keyOf(schema, keyword) ?? schema)
  const written =
    found.kind === 'scalar' && !found.substituted && found !== schema ? `"${String(found.value)}" is no part of a JSON Schema: ` : ''
  const near = found.kind === 'scalar' ? nearest(String(found.value), types) : undefined
  const where = keyword === undefined && found !== schema ? whereOf(found) : whereKey(found)
  const hint = near === undefined ? 'JSON Schema, draft 2020-12' : `did you mean "${near}"?`
  return errorAt(where, 'invalid-schema', keyword === undefined ? `${written}${fault}` : `"${keyword}" is no keyword of JSON Schema`, {
    hint,
  })
}

function follow(framed: Framed, pointer: string): Framed {
  return steps(pointer).reduce((at, step) => (at.kind === 'list' ? at.items[Number(step)] : entryOf(at, step)) ?? at, framed)
}

function keyOf(framed: Framed, key: string): Framed | undefined {
  if (framed.kind === 'list') return framed.items.map(item => keyOf(item, key)).find(found => found !== undefined)
  if (framed.kind !== 'map') return undefined
  return framed.entries.get(key) ?? [...framed.entries.values()].map(value => keyOf(value, key)).find(found => found !== undefined)
}
