import type { Explanations } from '../explanation.ts'

/** What is wrong inside of `${{ }}`, or with where it stands. */
export const expressionPages: Explanations = {
  'expression-syntax': {
    meaning: `The expression is no JSONata. The finding points at the first character that cannot be read. Equality is one \`=\`, texts are joined by
\`&\`, "and" and "or" are words.`,
    wrong: `pipelines:
  hello:
    steps:
      - delay: 1s
        when: \${{ total == 100 }}
`,
    right: `pipelines:
  hello:
    steps:
      - delay: 1s
        when: \${{ total = 100 }}
`,
  },
  'expression-size': {
    meaning: `The expression is longer than 16 kB, has more than 200 brackets inside each other, or more than six \`??\` or \`?:\` in brackets, each
before the next: reading it would take time that doubles with each. Split it with \`set\`, or write a plugin. A chain of \`??\` needs no brackets.`,
    wrong: `pipelines:
  hello:
    steps:
      - transform: \${{ (((((((a ?? b) ?? c) ?? d) ?? e) ?? f) ?? g) ?? h) }}
`,
    right: `pipelines:
  hello:
    steps:
      - transform: \${{ a ?? b ?? c ?? d ?? e ?? f ?? g ?? h }}
`,
  },
  'unclosed-expression': {
    meaning: `A \`\${{\` is never followed by its \`}}\`. An expression ends at the first \`}}\` outside quotes, regular expressions and brackets: look for
a quote or a bracket in it that stays open.`,
    wrong: `pipelines:
  hello:
    steps:
      - log: order \${{ id came
`,
    right: `pipelines:
  hello:
    steps:
      - log: order \${{ id }} came
`,
  },
  'expression-not-allowed': {
    meaning: `This value is read when the configuration is loaded, before there is any message, so no expression can stand here: addresses, timeouts,
names, types, the options of plugins. What differs between places where the gateway runs is \`\${NAME}\`.`,
    wrong: `connectors:
  crm:
    http: https://\${{ host }}
`,
    right: `connectors:
  crm:
    http: https://\${CRM_HOST:-crm.example.com}
`,
  },
  'unknown-variable': {
    meaning: `Nothing has bound this name where it is read; it would be nothing for every message. Names given by \`as\` and \`set\` hold from the next
step to the end of the block they stand in; \`$item\` and \`$index\` hold inside \`each\`. A field of the body has no \`$\`.`,
    wrong: `pipelines:
  hello:
    steps:
      - set:
          customer: \${{ order.customer }}
      - log: order of \${{ $custmer }}
`,
    right: `pipelines:
  hello:
    steps:
      - set:
          customer: \${{ order.customer }}
      - log: order of \${{ $customer }}
`,
  },
  'unknown-function': {
    meaning: `There is no function of this name, neither of JSONata nor of the gateway; or a field is called as if it were one, because its \`$\` is
missing: \`sum(lines)\` for \`$sum(lines)\`; or a value is: \`$input(name)\` for \`$input.name\`. Names are camelCase: \`$substringBefore\`.`,
    wrong: `pipelines:
  hello:
    steps:
      - transform: \${{ $upercase(name) }}
`,
    right: `pipelines:
  hello:
    steps:
      - transform: \${{ $uppercase(name) }}
`,
  },
  'expression-arguments': {
    meaning:
      'A function is called with more or fewer arguments than it takes: it would fail for every message, or leave the last ones out.',
    wrong: `pipelines:
  hello:
    steps:
      - transform: \${{ $uppercase(name, 1) }}
`,
    right: `pipelines:
  hello:
    steps:
      - transform: \${{ $uppercase(name) }}
`,
  },
  'refused-function': {
    meaning: `\`$eval\`, \`$error\` and \`$assert\` are JSONata's and are not here. A text of a message is never run as an expression; refusing a message is
what \`fail\` and \`validate\` do, whose codes the caller and \`catch\` can tell apart.`,
    wrong: `pipelines:
  hello:
    steps:
      - transform: \${{ $assert(total > 0, 'nothing to pay') }}
`,
    right: `pipelines:
  hello:
    steps:
      - fail:
          code: nothing-to-pay
          status: 422
        when: \${{ $not(total > 0) }}
`,
  },
  'refused-regex': {
    meaning: `The regular expression cannot be run in a time that grows only with the text: references back, looking ahead and behind. A text of a
caller could hold the whole gateway up. Most such patterns can be said in two.`,
    wrong: `pipelines:
  hello:
    steps:
      - transform: \${{ $contains(code, /^(?!X)[A-Z]+$/) }}
`,
    right: `pipelines:
  hello:
    steps:
      - transform: \${{ $contains(code, /^[A-WYZ][A-Z]*$/) }}
`,
  },
  'wrong-picture': {
    meaning: `A picture that says how a number or a time is written is none. Pictures are those of XPath: \`0000\` and \`#,##0.00\` for numbers,
\`[Y0001]-[M01]-[D01]\` for times.`,
    wrong: `pipelines:
  hello:
    steps:
      - transform: \${{ $formatNumber(total, '0.0.0') }}
`,
    right: `pipelines:
  hello:
    steps:
      - transform: \${{ $formatNumber(total, '0.00') }}
`,
  },
  'clone-rebound': {
    meaning: `A warning. JSONata's transform operator (\`~> | … | … |\`) copies by a function \`$clone\`; bound to something else inside of the expression it
copies by that.`,
    wrong: `pipelines:
  hello:
    steps:
      - transform: \${{ ($clone := order; $clone.id) }}
`,
    right: `pipelines:
  hello:
    steps:
      - transform: \${{ ($copy := order; $copy.id) }}
`,
  },
  'constant-condition': {
    meaning: `A warning. The condition before a \`?\` is the same for every message, so one side of the choice is never taken. Most often it compares two
texts where one was to be a field: a field stands without quotes.`,
    wrong: `pipelines:
  hello:
    steps:
      - transform: |
          \${{ 'country' = 'FR' ? 'bonjour' : 'hello' }}
`,
    right: `pipelines:
  hello:
    steps:
      - transform: |
          \${{ country = 'FR' ? 'bonjour' : 'hello' }}
`,
  },
  'hyphen-name': {
    meaning: `\`$headers.x-tenant\` takes \`tenant\` from \`x\`, for a hyphen is a minus. A name with hyphens stands in backticks.`,
    wrong: `pipelines:
  hello:
    steps:
      - transform: \${{ $headers.x-tenant }}
`,
    right: `pipelines:
  hello:
    steps:
      - transform: \${{ $headers.\`x-tenant\` }}
`,
  },
  'always-fails': {
    meaning: `The expression reads nothing of the message, and fails. It was tried when the configuration was loaded, and it would fail the same way for
every message. Most often quotes stand where a field was meant.`,
    wrong: `pipelines:
  hello:
    steps:
      - transform: \${{ 'price' * 2 }}
`,
    right: `pipelines:
  hello:
    steps:
      - transform: \${{ price * 2 }}
`,
  },
  'bad-condition': {
    meaning: `A warning. A \`when\` or \`while\` is the same for every message: it is a constant, or a text because the \`\${{ }}\` around it is missing, and a
text is neither true nor false, which is an error when the step comes.`,
    wrong: `pipelines:
  hello:
    steps:
      - log: a large order came
        when: total > 100
`,
    right: `pipelines:
  hello:
    steps:
      - log: a large order came
        when: \${{ total > 100 }}
`,
  },
}
