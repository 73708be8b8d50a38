import type { Explanations } from '../explanation.ts'

/** What no schema can say: channels and steps that do not go together. */
export const pipelinePages: Explanations = {
  'missing-security': {
    meaning: `A channel that is called from outside does not say who may call it. There is no default: forgotten, it would be open to everybody. Name
entries of \`security:\`, or say \`security: none\`.`,
    wrong: `pipelines:
  hello:
    channels:
      - http: /hello
`,
    right: `pipelines:
  hello:
    channels:
      - http: /hello
        security: none
`,
  },
  'duplicate-route': {
    meaning: `Two channels answer the same method on the same path of one listener, and are none that share one, as the operations of a SOAP service
do. The names of parameters do not tell paths apart: \`/orders/{id}\` and \`/orders/{order}\` are one. The finding shows both.`,
    wrong: `pipelines:
  orders:
    channels:
      - http: { path: /orders, method: POST }
        security: none
      - soap: { path: /orders, operation: place-order, namespace: "urn:shop" }
        security: none
`,
    right: `pipelines:
  orders:
    channels:
      - http: { path: /orders, method: POST }
        security: none
      - soap: { path: /soap/orders, operation: place-order, namespace: "urn:shop" }
        security: none
`,
  },
  'route-security': {
    meaning: `Several channels share one path, as the operations of a SOAP service do, and differ in who may call them. Callers are told apart on the head
of the request, before anything is known of the operation, so one path has one answer.`,
    wrong: `security:
  partner:
    basic:
      users:
        ada: \${ADA_PASSWORD}
pipelines:
  greet:
    channels:
      - soap: { path: /soap, operation: greet, namespace: "urn:hello" }
        security: partner
  leave:
    channels:
      - soap: { path: /soap, operation: leave, namespace: "urn:hello" }
        security: none
`,
    right: `security:
  partner:
    basic:
      users:
        ada: \${ADA_PASSWORD}
pipelines:
  greet:
    channels:
      - soap: { path: /soap, operation: greet, namespace: "urn:hello" }
        security: partner
  leave:
    channels:
      - soap: { path: /soap, operation: leave, namespace: "urn:hello" }
        security: partner
`,
  },
  'duplicate-address': {
    meaning: `Two components want what only one can have: two listeners on one port, or whatever else a type lays claim to. The finding shows who has
it.`,
    wrong: `listeners:
  partners:
    port: 9000
  staff:
    port: 9000
`,
    right: `listeners:
  partners:
    port: 9000
  staff:
    port: 9001
`,
  },
  'duplicate-source': {
    meaning: `Two channels take the same messages from the same place, such as the same files of one folder, or one queue. Each message goes to one of them, and which one is
chance. The finding shows the other one.`,
    wrong: `pipelines:
  book:
    channels:
      - file: { folder: in, match: "*.csv" }
    steps:
      - log: booked
  archive:
    channels:
      - file: { folder: in, match: "*.csv" }
    steps:
      - log: archived
`,
    right: `pipelines:
  book:
    channels:
      - file: { folder: in, match: "*.csv" }
    steps:
      - invoke: archive
      - log: booked
  archive:
    steps:
      - log: archived
`,
  },
  'duplicate-channel': {
    meaning: `Two channels of one pipeline have the same type, and nothing tells them apart. Logs and status name a channel, and a reload has to know which
one is which: give one of them a \`name\`.`,
    wrong: `pipelines:
  hello:
    channels:
      - schedule: { cron: "0 6 * * MON-FRI" }
      - schedule: { cron: "0 9 * * SAT" }
`,
    right: `pipelines:
  hello:
    channels:
      - schedule: { cron: "0 6 * * MON-FRI" }
      - schedule: { cron: "0 9 * * SAT" }
        name: saturday
`,
  },
  'respond-in-branch': {
    meaning: `\`respond\` stands inside \`each\` or \`parallel\`, whose steps run several times or at once: there is one reply, and no way to say whose. Reply
behind the block, or \`fail\` inside it.`,
    wrong: `pipelines:
  hello:
    steps:
      - each: \${{ lines }}
        steps:
          - respond: { status: 409 }
            when: \${{ quantity = 0 }}
`,
    right: `pipelines:
  hello:
    steps:
      - each: \${{ lines }}
        steps:
          - fail: { code: nothing-ordered, status: 409 }
            when: \${{ quantity = 0 }}
`,
  },
  'unreachable-step': {
    meaning: `A warning. The step before this one always ends the pipeline, so no message ever comes here. Give that one a \`when\`, or take this one away.`,
    wrong: `pipelines:
  hello:
    steps:
      - fail: { code: sold-out, status: 409 }
      - log: an order came
`,
    right: `pipelines:
  hello:
    steps:
      - fail: { code: sold-out, status: 409 }
        when: \${{ quantity = 0 }}
      - log: an order came
`,
  },
  'otherwise-last': {
    meaning: `\`otherwise\` is what is done when no condition holds. It stands last in \`choose\`, for branches behind it are never asked, and without a
\`when\`.`,
    wrong: `pipelines:
  hello:
    steps:
      - choose:
          - otherwise:
              - log: a small order came
          - when: \${{ total > 100 }}
            steps:
              - log: a large order came
`,
    right: `pipelines:
  hello:
    steps:
      - choose:
          - when: \${{ total > 100 }}
            steps:
              - log: a large order came
          - otherwise:
              - log: a small order came
`,
  },
  'invoke-cycle': {
    meaning: `A warning. Pipelines invoke each other in a ring, and nothing on the way has a condition: every message goes round until it is refused
(LIMIT). Give one of the \`invoke\` steps a \`when\`.`,
    wrong: `pipelines:
  pages:
    steps:
      - log: page \${{ page }}
      - invoke: pages
        with:
          page: \${{ page + 1 }}
`,
    right: `pipelines:
  pages:
    steps:
      - log: page \${{ page }}
      - invoke: pages
        with:
          page: \${{ page + 1 }}
        when: \${{ page < 3 }}
`,
  },
  'impossible-guarantee': {
    meaning: `The pipeline promises of its messages what a channel or a step cannot give. A channel that is told nothing of what became of a message
loses those that fail, and only \`guarantee: at-most-once\` says so; then \`redelivery\` and \`deadLetter\` have nothing to do. For
\`effectively-once\` a message may be given again, so each call that is unsafe to repeat needs \`idempotent: true\`, which says that the called
system tells repetitions apart.`,
    wrong: `connectors:
  shop:
    http: https://shop.example.com
pipelines:
  orders:
    guarantee: effectively-once
    steps:
      - call: shop.post
        with:
          path: /orders
          body: \${{ $ }}
`,
    right: `connectors:
  shop:
    http: https://shop.example.com
pipelines:
  orders:
    guarantee: effectively-once
    steps:
      - call: shop.post
        with:
          path: /orders
          headers:
            idempotency-key: \${{ $meta.id }}
          body: \${{ $ }}
        idempotent: true
`,
  },
  'async-channel': {
    meaning: `A channel with \`async: true\` answers once the message is in the durable queue of the pipeline, and later tells what became of it. Only channels
whose protocol has a way to say that can be: http. Elsewhere, a pipeline that is called can put what it got on the queue of another one.`,
    wrong: `pipelines:
  orders:
    channels:
      - soap: { path: /soap/orders, operation: place-order, namespace: "urn:shop" }
        security: none
        async: true
    steps:
      - transform: done
`,
    right: `pipelines:
  orders:
    channels:
      - soap: { path: /soap/orders, operation: place-order, namespace: "urn:shop" }
        security: none
    steps:
      - invoke: store-order
        async: true
  store-order:
    steps:
      - transform: done
`,
  },
  'order-word': {
    meaning: `What is written in \`order\` is neither of its words, nor a key. \`none\`: messages run at once; \`strict\`: one after the other, as they came. A key is
an expression, one whole \`\${{ }}\` that differs from message to message: those with the same key run one after the other, others beside them.`,
    wrong: `pipelines:
  orders:
    order: customer
    steps:
      - transform: done
`,
    right: `pipelines:
  orders:
    order: \${{ customer }}
    steps:
      - transform: done
`,
  },
}
