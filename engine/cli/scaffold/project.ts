import { basename, join } from 'node:path'
import type { NewFiles } from './new-files.ts'

/** A folder to begin with: one pipeline, its test, the settings, and a page that says what to type. */
export function newProject(folder: string): NewFiles {
  const files = {
    'pipelines/hello.yaml': hello,
    'pipelines/hello.test.yaml': tests,
    '.env.example': settings,
    '.gitignore': '.env\ndata/\n',
    'README.md': readme(basename(folder)),
  }
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [join(folder, name), text]))
}

const hello = `pipelines:
  hello:
    summary: Greets whoever calls
    input:
      type: object
      properties:
        name: { type: string, minLength: 1, default: world }
    channels:
      - http: /hello
        security: none
    steps:
      - transform:
          greeting: Hello, \${{ name }}!
`

const tests = `tests:
  - name: greets by name
    pipeline: hello
    given:
      query: { name: Ada }
    expect:
      status: 200
      body: { greeting: "Hello, Ada!" }

  - name: greets the world where nobody is named
    pipeline: hello
    expect:
      body: { greeting: "Hello, world!" }
`

const settings = `# Copied to .env, this is read at the start; \${NAME} in YAML reads it too.
SLUICE_LISTEN=127.0.0.1:8080
SLUICE_ADMIN=127.0.0.1:8081
SLUICE_LOG=info
`

const readme = (name: string): string => `# ${name}

    npx sluice dev      runs pipelines/, shows what is wrong, tests again at every change
    npx sluice test     runs pipelines/*.test.yaml
    npx sluice run      runs it as in production

Then: curl 'http://127.0.0.1:8080/hello?name=Ada'

Settings stand in .env; .env.example shows some.
`
