import type { Explanations } from '../explanation.ts'

/** What cannot be right in an expression, by what `input`, `returns`, `output` and the steps before say of the message. */
export const typingPages: Explanations = {
  'unknown-property': {
    meaning: `The value has no field of this name, as the schema or the step that made it says: the expression would read nothing. It is an error where
no other fields are possible (\`additionalProperties: false\`, an object that a step built), a warning where the schema names others only. A schema
that says \`additionalProperties: true\`, or names no properties, is left alone. \`sluice check --types\` shows what each step gets.`,
    wrong: `pipelines:
  greet:
    input:
      type: object
      additionalProperties: false
      required: [name]
      properties:
        name: { type: string }
    steps:
      - log: hello \${{ nmae }}
`,
    right: `pipelines:
  greet:
    input:
      type: object
      additionalProperties: false
      required: [name]
      properties:
        name: { type: string }
    steps:
      - log: hello \${{ name }}
`,
  },
  'replaced-body': {
    meaning: `The field was in the input, and a step since has put another body in its place: the result of a \`call\` or \`transform\` without \`as\`, or
inside \`each\` the item. \`$input\` keeps what came in; \`as\` keeps the body.`,
    wrong: `pipelines:
  greet:
    input:
      type: object
      required: [name, city]
      properties:
        name: { type: string }
        city: { type: string }
    steps:
      - transform:
          hello: \${{ name }}
      - log: a greeting to \${{ city }}
`,
    right: `pipelines:
  greet:
    input:
      type: object
      required: [name, city]
      properties:
        name: { type: string }
        city: { type: string }
    steps:
      - transform:
          hello: \${{ name }}
      - log: a greeting to \${{ $input.city }}
`,
  },
  'impossible-comparison': {
    meaning: `The two sides can never be equal, or never be ordered: a number and a text, a list and one of its members, a value that is none of the
schema's \`enum\`. The condition would be the same for every message, or an error. Numbers and \`true\` stand without quotes; whether a list has a
member asks \`in\`.`,
    wrong: `pipelines:
  ship:
    input:
      type: object
      required: [status]
      properties:
        status: { enum: [open, paid] }
    steps:
      - log: it can go
        when: \${{ status = 'payed' }}
`,
    right: `pipelines:
  ship:
    input:
      type: object
      required: [status]
      properties:
        status: { enum: [open, paid] }
    steps:
      - log: it can go
        when: \${{ status = 'paid' }}
`,
  },
  'impossible-operand': {
    meaning: `A number is calculated from something that is none, or a function is given what it never takes: it fails for every message. Texts of CSV and
XML become numbers where the schema says \`type: number\`; elsewhere \`$number\` makes one of a text, \`$string\` a text of a number, and \`&\` joins.`,
    wrong: `pipelines:
  price:
    input:
      type: object
      required: [price]
      properties:
        price: { type: string }
    steps:
      - transform:
          double: \${{ price * 2 }}
`,
    right: `pipelines:
  price:
    input:
      type: object
      required: [price]
      properties:
        price: { type: string }
    steps:
      - transform:
          double: \${{ $number(price) * 2 }}
`,
  },
  'missing-comparison': {
    meaning: `A warning. In JSONata \`!=\` with nothing is false: a message without the field counts as one that has the value. Write \`$not(a = b)\` where a
missing one differs, \`$exists(a) and a != b\` where it does not. \`!= ''\` and \`!= null\` are left alone: they ask whether there is something.`,
    wrong: `pipelines:
  ship:
    input:
      type: object
      properties:
        country: { type: string }
    steps:
      - log: to the customs
        when: \${{ country != 'FR' }}
`,
    right: `pipelines:
  ship:
    input:
      type: object
      properties:
        country: { type: string }
    steps:
      - log: to the customs
        when: \${{ $not(country = 'FR') }}
`,
  },
  'missing-text': {
    meaning: `A warning. A text is joined with something that the schema lets be missing, which then counts as an empty text: \`"Dear "\` and no name. In a
path nothing is an error. Say what stands there instead by \`??\`, ask before by \`$exists\`, or make the field \`required\`.`,
    wrong: `pipelines:
  greet:
    input:
      type: object
      properties:
        name: { type: string }
    steps:
      - transform:
          hello: \${{ 'Dear ' & name }}
`,
    right: `pipelines:
  greet:
    input:
      type: object
      properties:
        name: { type: string }
    steps:
      - transform:
          hello: \${{ 'Dear ' & (name ?? 'customer') }}
`,
  },
  'number-predicate': {
    meaning: `A warning. In brackets a number is the place of an item, counted from 0, not a condition: \`lines[discount]\` is no list of the lines with a
discount. Write the comparison that is meant. Places that are written out, \`lines[0]\` and \`lines[-1]\`, are left alone.`,
    wrong: `pipelines:
  count:
    input:
      type: object
      required: [lines]
      properties:
        lines:
          type: array
          items:
            type: object
            required: [discount]
            properties:
              discount: { type: number }
    steps:
      - transform:
          reduced: \${{ $count(lines[discount]) }}
`,
    right: `pipelines:
  count:
    input:
      type: object
      required: [lines]
      properties:
        lines:
          type: array
          items:
            type: object
            required: [discount]
            properties:
              discount: { type: number }
    steps:
      - transform:
          reduced: \${{ $count(lines[discount > 0]) }}
`,
  },
  'never-condition': {
    meaning: `A condition gives a number, a text, a list or an object. It must be true or false, and anything else is an error when the message comes. Write
the comparison that is meant: \`$count(lines) > 0\`, \`$exists(name)\`.`,
    wrong: `pipelines:
  ship:
    input:
      type: object
      required: [pieces]
      properties:
        pieces: { type: integer }
    steps:
      - log: something to send
        when: \${{ pieces }}
`,
    right: `pipelines:
  ship:
    input:
      type: object
      required: [pieces]
      properties:
        pieces: { type: integer }
    steps:
      - log: something to send
        when: \${{ pieces > 0 }}
`,
  },
  'missing-condition': {
    meaning: `A warning. A condition reads a field that the schema lets be missing, and is nothing then, which is an error when such a message comes: nothing
is neither true nor false. Say what counts by \`??\`, or give the field a \`default\`.`,
    wrong: `pipelines:
  ship:
    input:
      type: object
      properties:
        urgent: { type: boolean }
    steps:
      - log: by air
        when: \${{ urgent }}
`,
    right: `pipelines:
  ship:
    input:
      type: object
      properties:
        urgent: { type: boolean }
    steps:
      - log: by air
        when: \${{ urgent ?? false }}
`,
  },
}
