import type { Explanations } from '../explanation.ts'

/** Names that lead nowhere, and names that cannot be given. */
export const namePages: Explanations = {
  'wrong-connector': {
    meaning: `The channel names a connector of another type than it can use: it goes to the system that the connector names, with its address
and its credentials, and speaks one protocol to it.`,
    wrong: `connectors:
  shop:
    http: https://shop.example.com
pipelines:
  book-order:
    channels:
      - amqp: { connector: shop, queue: orders }
`,
    right: `connectors:
  bus:
    amqp: amqp://bus.example.com
pipelines:
  book-order:
    channels:
      - amqp: { connector: bus, queue: orders }
`,
  },
  'unknown-connector': {
    meaning: `A pipeline calls a connector that no file of the folder declares. Systems are reached by name only: the address and the password stand
under \`connectors:\`, once.`,
    wrong: `connectors:
  rates:
    cache: "memory:"
pipelines:
  hello:
    steps:
      - call: rate.get
        with:
          key: today
`,
    right: `connectors:
  rates:
    cache: "memory:"
pipelines:
  hello:
    steps:
      - call: rates.get
        with:
          key: today
`,
  },
  'unknown-operation': {
    meaning: `The connector is there, but its type has no such operation. \`sluice list connector\` shows what each type offers.`,
    wrong: `connectors:
  crm:
    http: https://crm.example.com
pipelines:
  hello:
    steps:
      - call: crm.fetch
`,
    right: `connectors:
  crm:
    http: https://crm.example.com
pipelines:
  hello:
    steps:
      - call: crm.get
`,
  },
  'unknown-pipeline': {
    meaning: 'A step invokes a pipeline, or a test asks for one, that no file of the folder declares.',
    wrong: `pipelines:
  hello:
    steps:
      - invoke: by
  bye:
    steps:
      - delay: 1s
`,
    right: `pipelines:
  hello:
    steps:
      - invoke: bye
  bye:
    steps:
      - delay: 1s
`,
  },
  'unknown-security': {
    meaning: `A channel or a connector names an entry of \`security:\` that is not there. Nothing is guessed here: who may call is said exactly, or the
gateway does not take the configuration.`,
    wrong: `security:
  partner:
    basic:
      users:
        ada: \${ADA_PASSWORD}
pipelines:
  hello:
    channels:
      - http: /hello
        security: partners
`,
    right: `security:
  partner:
    basic:
      users:
        ada: \${ADA_PASSWORD}
pipelines:
  hello:
    channels:
      - http: /hello
        security: partner
`,
  },
  'unknown-listener': {
    meaning: `A channel is to be served by a listener that is not declared under \`listeners:\`. Without one it is \`public\`, which is always there.`,
    wrong: `listeners:
  partners:
    port: 9000
pipelines:
  hello:
    channels:
      - http: { path: /hello, listener: partner }
        security: none
`,
    right: `listeners:
  partners:
    port: 9000
pipelines:
  hello:
    channels:
      - http: { path: /hello, listener: partners }
        security: none
`,
  },
  'unknown-plugin': {
    meaning: `A step uses a transform that no folder of \`plugins/\` brings. Its name is the one in the \`$id\` of its \`schema.json\`;
\`sluice list transform\` shows those that were found.`,
    wrong: `pipelines:
  hello:
    steps:
      - plugin: masc
        with:
          fields: [iban]
`,
    right: `pipelines:
  hello:
    steps:
      - plugin: mask
        with:
          fields: [iban]
`,
  },
  'unknown-schema': {
    meaning: `\`input\`, \`output\`, \`validate\`, \`returns\` or a \`$ref\` names a schema that is not declared under \`schemas:\`.`,
    wrong: `schemas:
  order:
    type: object
pipelines:
  hello:
    input: ordre
`,
    right: `schemas:
  order:
    type: object
pipelines:
  hello:
    input: order
`,
  },
  'remote-schema': {
    meaning: `A \`$ref\` leads to another server. Schemas are never fetched: what a message may be would depend on who answers there, and whether. Put
the schema in a file beside the YAML, and declare it under \`schemas:\`.`,
    wrong: `schemas:
  order:
    $ref: https://schemas.example.com/order.json
`,
    right: `schemas:
  order:
    type: object
    required: [id]
    properties:
      id: { type: string }
`,
  },
  'invalid-schema': {
    meaning: `What stands here is no JSON Schema (draft 2020-12): a misspelt keyword or type would let every message through. Keywords that nobody
knows are refused for the same reason.`,
    wrong: `pipelines:
  hello:
    input:
      type: object
      properties:
        name: { type: strng }
`,
    right: `pipelines:
  hello:
    input:
      type: object
      properties:
        name: { type: string }
`,
  },
  'reserved-name': {
    meaning: `The name is the language's own: \`input headers query params last meta error item index key\`, or a function of JSONata. Bound to something
else it would hide that from the rest of the pipeline.`,
    wrong: `pipelines:
  hello:
    steps:
      - set:
          sum: \${{ $sum(lines.price) }}
`,
    right: `pipelines:
  hello:
    steps:
      - set:
          total: \${{ $sum(lines.price) }}
`,
  },
}
