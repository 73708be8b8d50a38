import type { ConsumingChannel, Handle } from '../../engine/core/component.ts'
import { asSluiceError, type SluiceError } from '../../engine/core/errors.ts'
import type { Inbound, Reply } from '../../engine/core/message.ts'
import type { Cut } from '../../engine/core/scope.ts'

/** What a source was told of a message that it handed in. */
export type Told = { readonly acknowledged: Reply } | { readonly refused: SluiceError }

/** The end of a consuming channel that a test holds: messages go in, and what the gateway says of each comes back. */
export interface TestSource {
  /** Resolves when the gateway acknowledges the message or refuses it. */
  give(body: unknown, inbound?: Partial<Inbound>, cut?: Cut): Promise<Told>
}

/** Files of a channel `source`, as a plugin, for gateways in the process of the test; `sourceOf` finds what the test holds of it. */
export const sourceFiles = (
  definition: Partial<Pick<ConsumingChannel<never>, 'guarantees' | 'redelivers'>> = {},
): Readonly<Record<string, string>> => ({
  'plugins/source/schema.json': JSON.stringify({
    $id: 'sluice:/channel/source.json',
    title: 'Source',
    description: 'Hands in what a test gives it.',
    type: 'object',
    additionalProperties: false,
    properties: { name: { type: 'string', description: 'What the test calls it.', default: 'source' } },
    'x-shorthand': 'name',
    examples: [{ name: 'orders' }],
  }),
  'plugins/source/plugin.ts': `import { defineConsuming } from 'sluice/plugin'
export default defineConsuming({
  guarantees: 'at-least-once',
  once: 'per-node',
  ...${JSON.stringify(definition)},
  create: ({ name }, client, handle) => ({
    open: () => void globalThis.sluiceTestSources.set(name, handle),
    close: async () => {},
  }),
})
`,
})

/** Where the plugin leaves what the gateway gave it. */
const handles = new Map<string, Handle>()
Object.assign(globalThis, { sluiceTestSources: handles })

/** The channel of this name in the gateway that was started last. */
export function sourceOf(name = 'source'): TestSource {
  return {
    async give(body, inbound, cut) {
      const handle = handles.get(name)
      if (handle === undefined) throw new Error(`no channel ${name} was opened`)
      return await handle({ body: { value: body as never }, headers: {}, source: {}, ...inbound }, cut).then(
        reply => ({ acknowledged: reply }),
        thrown => ({ refused: asSluiceError(thrown) }),
      )
    },
  }
}
