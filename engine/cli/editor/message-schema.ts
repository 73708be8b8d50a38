import type { Keywords } from './keywords.ts'

const self = { $ref: '#/definitions/message-schema' }
const count = (description: string): Keywords => ({ type: 'integer', minimum: 0, description })
const list = (description: string): Keywords => ({ type: 'array', items: self, minItems: 1, description })
const byName = (description: string): Keywords => ({ type: 'object', additionalProperties: self, description })

/** A JSON Schema as authors write them: completion for the usual keywords, and a place for all others. */
export const messageSchema: Keywords = {
  type: ['object', 'boolean'],
  properties: {
    file: { type: 'string', description: 'The schema stands in this JSON file, beside the YAML.' },
    $ref: { type: 'string', description: 'Another schema: `sluice:/schemas/<name>` is the one of that name under `schemas:`.' },
    title: { type: 'string', description: 'A name for people.' },
    description: { type: 'string', description: 'For people.' },
    type: { description: 'object, array, string, integer, number, boolean or null; a list allows any of several.' },
    enum: { type: 'array', description: 'The values that are allowed.' },
    const: { description: 'The only value that is allowed.' },
    default: { description: 'Filled in where the value is absent.' },
    examples: { type: 'array', description: 'The first one is the request that the ready screen shows.' },
    properties: byName('Schemas of fields by name.'),
    required: { type: 'array', items: { type: 'string' }, description: 'Fields that must be there.' },
    additionalProperties: { allOf: [self], description: 'The schema of all other fields; `false` allows none.' },
    dependentRequired: { type: 'object', description: 'Fields that must be there where another one is.' },
    items: { allOf: [self], description: 'The schema of every item.' },
    minItems: count('The least items.'),
    maxItems: count('The most items.'),
    uniqueItems: { type: 'boolean', description: 'No two items are the same.' },
    minLength: count('The least characters.'),
    maxLength: count('The most characters.'),
    pattern: { type: 'string', description: 'A regular expression that is found in the text.' },
    format: { type: 'string', description: 'date, date-time, email, uuid, uri and so on.' },
    minimum: { type: 'number', description: 'The least value.' },
    maximum: { type: 'number', description: 'The greatest value.' },
    exclusiveMinimum: { type: 'number', description: 'The value is above it.' },
    exclusiveMaximum: { type: 'number', description: 'The value is below it.' },
    multipleOf: { type: 'number', description: 'The value is a multiple of it.' },
    allOf: list('All of these hold.'),
    anyOf: list('At least one of these holds.'),
    oneOf: list('Exactly one of these holds.'),
    not: { allOf: [self], description: 'This does not hold.' },
  },
}
