import type { Explanations } from '../explanation.ts'

/** What is done once, and what is put together. */
export const repetitionPages: Explanations = {
  'aggregate-last': {
    meaning: `\`aggregate\` keeps a message and ends its way: later it goes on together with others, as one. So nothing comes after it in its pipeline, it
stands in no block, and nobody can wait for what comes of it: an http channel is \`async: true\`, and another pipeline invokes this one with \`async: true\`.`,
    wrong: `pipelines:
  gather:
    channels:
      - schedule: { every: 1m }
    steps:
      - aggregate: { count: 10 }
        steps:
          - log: ten of them
      - log: behind
`,
    right: `pipelines:
  gather:
    channels:
      - schedule: { every: 1m }
    steps:
      - aggregate: { count: 10 }
        steps:
          - log: ten of them
          - log: behind
`,
  },
  'idempotency-key': {
    meaning: `\`idempotency\` tells a repetition by its key. Http has the header \`Idempotency-Key\` for it, soap the WS-Addressing \`MessageID\`, amqp the message id; a message
of any other channel has what its sender put into it, and \`key\` says where that is. A key that is the same for all messages would let only the first one run.`,
    wrong: `pipelines:
  report:
    idempotency: { within: 1d }
    channels:
      - schedule: { every: 1h }
    steps:
      - transform: done
`,
    right: `pipelines:
  report:
    idempotency:
      key: \${{ $meta.tick }}
      within: 1d
    channels:
      - schedule: { every: 1h }
    steps:
      - transform: done
`,
  },
  'cache-key': {
    meaning: `\`cache\` gives the reply of one message to all that have the same key, and wait for a reply. A key that is the same for all messages would give
all of them the first one's; a reply that depends on a header, or on who asks, must have that in its key. By default the key is the whole input, path, query and
who asks.`,
    wrong: `pipelines:
  price:
    cache:
      key: \${{ item }}
      ttl: 5m
    channels:
      - http: { path: /price, method: GET }
        security: none
    steps:
      - transform:
          item: \${{ item }}
          language: \${{ $headers.\`accept-language\` }}
`,
    right: `pipelines:
  price:
    cache:
      key: \${{ [item, $headers.\`accept-language\`] }}
      ttl: 5m
    channels:
      - http: { path: /price, method: GET }
        security: none
    steps:
      - transform:
          item: \${{ item }}
          language: \${{ $headers.\`accept-language\` }}
`,
  },
}
