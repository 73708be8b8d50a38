import { isDeepStrictEqual } from 'node:util'
import type { Json } from '../../core/message.ts'
import type { Kind } from '../../core/model.ts'
import type { Registry } from '../../registry/registry.ts'
import { componentSchema, nullable, stepSchema, type Typed } from './components.ts'
import { isKeywords, type Keywords, part, parts } from './keywords.ts'
import { messageSchema } from './message-schema.ts'
import { Translator } from './translate.ts'

/** Documents that hold themselves, at some depth: they are written once. */
const shared = new Map([
  ['sluice:/common/steps.json', 'steps'],
  ['sluice:/common/catch.json', 'catch'],
  ['sluice:/pipeline.json', 'pipeline'],
])

/**
 * One JSON Schema (draft-07) for every file of a configuration folder, tests too, as editors take it: every key with its description. It lets through
 * whatever loads, and of what does not as much as it cannot know: `sluice check` is the judge.
 */
export function editorBundle(registry: Registry): Keywords {
  const document = (id: string): Keywords => {
    const found = registry.documents.get(id)
    return isKeywords(found) ? found : {}
  }
  const translator = new Translator(document, shared)
  const typed = (kind: Kind): readonly Typed[] =>
    registry.types(kind).map(type => ({ type, schema: document(`sluice:/${kind}/${type}.json`) }))
  const component = (kind: Kind): Keywords =>
    componentSchema(typed(kind), document(`sluice:/${kind}.json`), refusable(`${kind}s`), translator)
  const defaults = ['properties', 'defaults', 'properties'].reduce(part, document('sluice:/config.json'))
  const refusable = (section: string): readonly string[] => Object.keys(part(part(defaults, section), 'properties'))
  const step = {
    verbs: typed('step'),
    modifiers: document('sluice:/step.json'),
    operations: operationsOf(typed('connector')),
    plugins: typed('transform'),
  }
  const [configuration, tests] = ['sluice:/config.json', 'sluice:/test.json'].map(id => translator.schema(document(id)))
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    description: 'A file of a configuration folder, or of tests (`*.test.yaml`).',
    type: 'object',
    additionalProperties: false,
    properties: { ...part(configuration ?? {}, 'properties'), ...part(tests ?? {}, 'properties') },
    definitions: {
      channel: component('channel'),
      connector: component('connector'),
      format: component('format'),
      security: component('security'),
      step: stepSchema(step, translator),
      ...Object.fromEntries(
        [...shared].map(([id, name]): [string, Json] => {
          const whole = translator.schema(document(id))
          const refused = refusable(`${name}s`)
          return [name, refused.length === 0 ? whole : { ...whole, properties: nullable(part(whole, 'properties'), refused) }]
        }),
      ),
      'message-schema': messageSchema,
    },
  }
}

/** What operations take, by name. An editor does not know which connector is meant: of one name, all that any of them takes, and nothing that must be there. */
function operationsOf(connectors: readonly Typed[]): ReadonlyMap<string, Keywords> {
  const found = new Map<string, Keywords>()
  for (const { schema } of connectors)
    for (const [name, operation] of parts(part(schema, '$defs'), 'operations')) {
      const known = found.get(name)
      found.set(name, known === undefined ? operation : together(known, operation))
    }
  return found
}

function together({ required: _, ...known }: Keywords, other: Keywords): Keywords {
  const properties = new Map<string, Json>(parts(known, 'properties'))
  for (const [name, schema] of parts(other, 'properties')) {
    const there = properties.get(name)
    properties.set(name, there === undefined || isDeepStrictEqual(there, schema) ? schema : { anyOf: [there, schema] })
  }
  return { ...known, properties: Object.fromEntries(properties) }
}
