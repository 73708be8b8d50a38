import type { Explanations } from '../explanation.ts'

/** What a schema says of a document, a component, its arguments. */
export const componentPages: Explanations = {
  'unknown-field': {
    meaning: `There is no such key here. Nothing is ever ignored: a key that nobody reads is a key whose author expects something that does not
happen. Look at the spelling first, then at the indentation: modifiers such as \`format\`, \`security\` and \`timeout\` stand beside the type,
configuration below it. Keys are camelCase.`,
    wrong: `pipelines:
  hello:
    channels:
      - http: { path: /hello, methd: POST }
        security: none
`,
    right: `pipelines:
  hello:
    channels:
      - http: { path: /hello, method: POST }
        security: none
`,
  },
  'missing-field': {
    meaning: 'A key that has no default is not there. The finding points at what lacks it, and names the text to write.',
    wrong: `pipelines:
  hello:
    channels:
      - http: { method: POST }
        security: none
`,
    right: `pipelines:
  hello:
    channels:
      - http: { path: /hello, method: POST }
        security: none
`,
  },
  'wrong-type': {
    meaning: `The value has another shape than its key takes: a text for a number, one object for a list, nothing at all. YAML decides by the
looks: \`4\` is a number and \`"4"\` a text, \`yes\` is a text, and a key with nothing behind it is nothing.`,
    wrong: `pipelines:
  hello:
    concurrency: "4"
`,
    right: `pipelines:
  hello:
    concurrency: 4
`,
  },
  'wrong-value': {
    meaning: `The value has the right shape, and is none that can be used here: a method that does not exist, a duration without a unit, a port above
65535, a cron expression that never comes. The finding says what may stand there.`,
    wrong: `pipelines:
  hello:
    timeout: 10 seconds
`,
    right: `pipelines:
  hello:
    timeout: 10s
`,
  },
  'unknown-type': {
    meaning: `There is no component or verb of this name. The first key of a channel, connector, format, security entry or step that is no modifier is
its type; \`sluice list\` shows all there are, those of plugins too.`,
    wrong: `pipelines:
  hello:
    steps:
      - trasform:
          hello: world
`,
    right: `pipelines:
  hello:
    steps:
      - transform:
          hello: world
`,
  },
  'missing-type': {
    meaning: `A component is an object with exactly one type key, and here only modifiers stand. A step has a verb, a channel and a connector have a
type: without it nothing is known of the rest.`,
    wrong: `connectors:
  crm:
    timeout: 2s
    retry: 3
`,
    right: `connectors:
  crm:
    http: https://crm.example.com
    timeout: 2s
    retry: 3
`,
  },
  'several-types': {
    meaning: `A component has one type key, a step one verb, and here there are two. Most often the dash of a list is missing before the second.`,
    wrong: `pipelines:
  hello:
    steps:
      - log: an order came
        transform:
          accepted: true
`,
    right: `pipelines:
  hello:
    steps:
      - log: an order came
      - transform:
          accepted: true
`,
  },
  'bad-name': {
    meaning: `Names of connectors, pipelines, schemas, security and listeners are kebab-case (\`get-rate\`), without dots, for a dot stands between
connector and operation. Names that expressions read, given by \`as\`, \`set\` and the branches of \`parallel\`, are camelCase (\`unitPrice\`), for
\`$unit-price\` would be a subtraction.`,
    wrong: `pipelines:
  hello:
    steps:
      - set:
          unit-price: 12
`,
    right: `pipelines:
  hello:
    steps:
      - set:
          unitPrice: 12
`,
  },
  'duplicate-name': {
    meaning: `Two files of the folder declare the same name under the same heading. A name is declared once in the whole folder: which of the two was
meant nobody could tell. The finding shows both places.`,
    wrong: `connectors:
  rates:
    cache: "memory:"
# another.yaml
connectors:
  rates:
    cache: redis://redis.example.com
`,
    right: `connectors:
  rates:
    cache: "memory:"
  shared-rates:
    cache: redis://redis.example.com
`,
  },
}
