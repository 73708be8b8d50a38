import type { Explanations } from '../explanation.ts'

/** What YAML cannot say, or says otherwise than it looks. */
export const yamlPages: Explanations = {
  'yaml-syntax': {
    meaning: `The file is not YAML 1.2, or holds more than one document, or is nested more than a hundred levels deep. Only the first fault of a
file is told, for those behind it mostly come from it, and what the file declares is not known until it is mended. Most often a tab
indents a line, a quote never closes, or a text with \`: \` in it stands without quotes.`,
    wrong: `pipelines:
  hello:
    steps:
      - log: Note: an order came
`,
    right: `pipelines:
  hello:
    steps:
      - log: "Note: an order came"
`,
  },
  'duplicate-key': {
    meaning: `One object has the same key twice, in YAML or in an object of an expression. YAML readers keep one of the two, and which one is a
matter of taste, so that half of what was written would be lost without a word; an expression would fail on every message.`,
    wrong: `pipelines:
  hello:
    steps:
      - delay: 1s
    steps:
      - log: a second has passed
`,
    right: `pipelines:
  hello:
    steps:
      - delay: 1s
      - log: a second has passed
`,
  },
  'merge-key': {
    meaning: `\`<<\` merged maps in YAML 1.1 and is an ordinary key in YAML 1.2. Write the keys out, or use an anchor where the whole value is the
same.`,
    wrong: `pipelines:
  hello: &hello
    steps:
      - delay: 1s
  again:
    <<: *hello
    summary: the same again
`,
    right: `pipelines:
  hello:
    steps: &steps
      - delay: 1s
  again:
    summary: the same again
    steps: *steps
`,
  },
  'alias-limit': {
    meaning: `A file has more than 100 aliases, or they stand for more than 200,000 values. A few lines of aliases of aliases make billions of
values, which would take all memory there is; no configuration written by hand comes near these bounds.`,
    wrong: `pipelines:
  hello:
    steps:
      - set:
          a: &a [x, x, x, x, x, x, x, x, x, x]
          b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
          c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
          d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]
          e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]
          f: [*e, *e, *e, *e, *e, *e, *e, *e, *e, *e]
`,
    right: `pipelines:
  hello:
    steps:
      - set:
          a: &a [x, x, x, x, x, x, x, x, x, x]
          b: [*a, *a]
`,
  },
  'custom-tag': {
    meaning: `A tag such as \`!env\` means something to another program and nothing here: what is read from outside is written \`\${NAME}\` or
\`\${file:/path}\`.`,
    wrong: `connectors:
  crm:
    http: !env CRM_URL
`,
    right: `connectors:
  crm:
    http: \${CRM_URL}
`,
  },
  'flow-expression': {
    meaning: `An expression stands inside \`{ }\` or \`[ ]\` of YAML. There its braces, commas and quotes mean something to YAML too, and now and
then it is read otherwise than it looks. Flow style is for constants; with an expression in it the object or list is written in block style.`,
    wrong: `pipelines:
  hello:
    steps:
      - transform: { name: "\${{ customer.name }}" }
`,
    right: `pipelines:
  hello:
    steps:
      - transform:
          name: \${{ customer.name }}
`,
  },
  'text-cut': {
    meaning: `YAML ends a text without quotes at a blank followed by \`#\`; the rest is a comment. Here an expression would be lost in it. Put the text
in quotes, or in a \`|\` block.`,
    wrong: `pipelines:
  hello:
    steps:
      - log: order #\${{ id }} came
`,
    right: `pipelines:
  hello:
    steps:
      - log: "order #\${{ id }} came"
`,
  },
  'comment-expression': {
    meaning: `There is an expression in a comment. It does nothing, and it looks as if it did: most often a \`#\` was meant as text, or a step was
taken out for a moment and forgotten.`,
    wrong: `pipelines:
  hello:
    steps:
      - delay: 1s
      # - log: order \${{ id }}
`,
    right: `pipelines:
  hello:
    steps:
      - delay: 1s
      - log: order \${{ id }}
`,
  },
  'file-too-large': {
    meaning: `A file of the folder is larger than 1 MB, or there are more than 10,000 of them. Most often the folder is not the one that was meant,
or data lie among the pipelines.`,
    without: 'a page cannot show a megabyte',
  },
  'no-configuration': {
    meaning: `The folder is not there, or there is no \`*.yaml\` in it. The folder is \`pipelines\`, unless \`--config\` or \`SLUICE_CONFIG\` names another;
a relative one is looked for where the command is started.`,
    without: 'it is about the folder, not about what stands in it',
  },
}
