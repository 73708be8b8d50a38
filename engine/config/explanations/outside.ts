import type { Explanations } from '../explanation.ts'

/** What comes from outside of the folder: variables, files, secrets, plugins, and the machine itself. */
export const outsidePages: Explanations = {
  'missing-variable': {
    meaning: `\`\${NAME}\` names a variable that the environment (with the file \`.env\`) does not have. An empty address or password would be found out
much later: so it is set, or a default is written behind \`:-\`.`,
    wrong: `connectors:
  crm:
    http: \${CRM_URL}
`,
    right: `connectors:
  crm:
    http: \${CRM_URL:-https://crm.example.com}
`,
  },
  'bad-substitution': {
    meaning: `What stands in a \`\${ }\` is none of \`\${NAME}\`, \`\${NAME:-default}\` and \`\${file:/path}\`, it never closes, or it stands in a key or inside of an
expression, where nothing is filled in. \`$\${\` is the text \`\${\` itself.`,
    wrong: `connectors:
  crm:
    http: \${crm-url}
`,
    right: `connectors:
  crm:
    http: \${CRM_URL}
`,
  },
  'unreadable-file': {
    meaning: `A file that the configuration names, or one of its own, is not there, may not be read, is too large or no UTF-8. A relative path starts at the
YAML file that names it.`,
    wrong: `security:
  partner:
    basic:
      users:
        ada: \${file:/run/secrets/adda}
`,
    right: `security:
  partner:
    basic:
      users:
        ada: \${file:/run/secrets/ada}
`,
  },
  'insecure-setting': {
    meaning: `A warning. A protection is switched off. That may be right in a test; where the gateway works for real, trust the other side's authority
(\`ca\`) instead.`,
    wrong: `connectors:
  partner:
    http:
      url: https://partner.example.com
      tls:
        insecure: true
`,
    right: `connectors:
  partner:
    http:
      url: https://partner.example.com
`,
  },
  'secret-in-clear': {
    meaning: `A warning. A password stands in the YAML itself, where everybody can read it who reads the repository, for ever. Secrets come from the
environment or from files.`,
    wrong: `security:
  partner:
    basic:
      users:
        ada: lovelace-1815
`,
    right: `security:
  partner:
    basic:
      users:
        ada: \${ADA_PASSWORD}
`,
  },
  'secret-in-message': {
    meaning: `What was read from a file is a secret, and a message is shown: in logs, in traces, to the caller. A secret can only go where the engine keeps
it one: into a connector, a security entry, or an argument that takes one, such as a header.`,
    wrong: `pipelines:
  hello:
    steps:
      - transform:
          token: \${file:/run/secrets/token}
`,
    right: `connectors:
  crm:
    http: https://crm.example.com
pipelines:
  hello:
    steps:
      - call: crm.get
        with:
          headers:
            x-token: \${file:/run/secrets/token}
`,
  },
  plugin: {
    meaning: `A folder of \`plugins/\` is no plugin: its \`schema.json\` or \`plugin.ts\` is missing or cannot be read, its \`$id\` is not
\`sluice:/<kind>/<name>.json\` or has the name of a built-in component, or its code does not load; the finding then points at the line.`,
    without: 'it is about a folder of plugins/; docs/plugins.md shows one',
  },
  'broken-component': {
    meaning: `The line is right, but the code of its component cannot be loaded: a package is not installed, or a plugin fails when it is imported. The
finding says what the code says.`,
    without: 'no YAML is wrong: look at the code, or install again',
  },
  'cannot-start': {
    meaning: `The configuration is right, and still it cannot be made the one that runs: an address is in use, a connector refuses for a reason that
waiting will not cure. At the start the gateway exits with 78; at a reload everything stays as it was, and the outcome is \`refused\`.`,
    without: 'it depends on the machine: it comes when the configuration is applied, never from `sluice check`',
  },
}
