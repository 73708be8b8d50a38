import { join } from 'node:path'
import type { NewFiles } from './new-files.ts'

/** A transform that works: it notes the time at which a message came by. */
export function newPlugin(name: string, folder: string): NewFiles {
  const title = name.replace(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
  return {
    [join(folder, name, 'plugin.ts')]: code(title),
    [join(folder, name, 'schema.json')]: `${JSON.stringify(schema(name, title), null, 2)}\n`,
  }
}

const code = (title: string): string => `import { defineTransform } from 'sluice/plugin'

interface ${title}Config {
  readonly field: string
}

/** Notes in a field of the body when the message came by. */
export default defineTransform<${title}Config>({
  // once for each use in YAML: prepare here
  compile: ({ field }) => {
    // once for each message, which is frozen: give back another body
    return ({ body }) => ({ ...Object(body), [field]: new Date().toISOString() })
  },
})
`

const schema = (name: string, title: string): unknown => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: `sluice:/transform/${name}.json`,
  title: `${title}Transform`,
  description: 'Notes in a field of the body when the message came by.',
  type: 'object',
  additionalProperties: false,
  properties: {
    field: { type: 'string', minLength: 1, default: 'passedAt', description: 'The name of the field.', examples: ['seenAt'] },
  },
  examples: [{ field: 'seenAt' }],
})
