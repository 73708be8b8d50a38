import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { load } from '../../engine/config/load.ts'
import type { Finding } from '../../engine/core/finding.ts'
import { Registry } from '../../engine/registry/registry.ts'

/** What stands beside a wrong configuration, written by hand. */
interface Expectation {
  readonly rule: string
  /** `line:column` of the finding. */
  readonly at: string
  /** Words of the message or the hint. */
  readonly says: readonly string[]
  readonly severity: 'error' | 'warning'
  /** Findings in all; 1 where it is not said. */
  readonly count?: number
  /** The name it has in the folder; `config.yaml` where it is not said. */
  readonly file?: string
  /** Other files of the folder. */
  readonly files?: Readonly<Record<string, string>>
  readonly environment?: Readonly<Record<string, string>>
  /** The whole text as it should have been. */
  readonly mended: string
}

const fixtures = new URL('../fixtures/config/', import.meta.url)
const names = readdirSync(fixtures)
  .filter(name => name.endsWith('.yaml'))
  .map(name => name.slice(0, -'.yaml'.length))
  .sort()

let registry: Registry
before(async () => {
  registry = await Registry.open({ plugins: new URL('../../plugins', import.meta.url).pathname })
})

const scratch = mkdtempSync(join(tmpdir(), 'sluice-wrong-'))
after(() => rmSync(scratch, { recursive: true, force: true }))

test('there are more than ninety wrong configurations, each beside its expectation', () => {
  assert.ok(names.length > 90, `${names.length}`)
  assert.deepEqual(
    names.filter(name => readExpectation(name).says.length === 0),
    [],
    'each says at least one word of what must be told',
  )
})

for (const name of names) {
  const expected = readExpectation(name)
  test(`wrong: ${name}: ${expected.rule}`, async () => {
    const wrong = readFileSync(new URL(`${name}.yaml`, fixtures), 'utf8')
    const findings = await findingsOf(wrong, expected)
    const shown = findings.map(show).join('\n')
    const found = findings.find(finding => finding.rule === expected.rule && `${finding.line}:${finding.column}` === expected.at)
    assert.ok(found !== undefined, `wanted ${expected.rule} at ${expected.at}, found:\n${shown}`)
    assert.equal(findings.length, expected.count ?? 1, shown)
    assert.equal(found.severity, expected.severity, shown)
    for (const words of expected.says) assert.ok(`${found.message} ${found.hint ?? ''}`.includes(words), `"${words}" in: ${shown}`)
  })
  test(`mended: ${name}`, async () => {
    const findings = await findingsOf(expected.mended, expected)
    assert.deepEqual(findings.map(show), [])
  })
}

async function findingsOf(text: string, { file, files, environment }: Expectation): Promise<readonly Finding[]> {
  const folder = mkdtempSync(join(scratch, 'case-'))
  for (const [name, content] of Object.entries({ ...files, [file ?? 'config.yaml']: text })) writeFileSync(join(folder, name), content)
  const loaded = await load({ folder, environment: environment ?? {}, registry, listen: { host: '127.0.0.1', port: 8080 } })
  const errors = loaded.findings.some(finding => finding.severity === 'error')
  assert.equal(loaded.model === undefined, errors, 'there is a model where there is no error, and none where there is one')
  return loaded.findings
}

function readExpectation(name: string): Expectation {
  // written by hand beside each configuration in this shape; a wrong one fails its own test
  return JSON.parse(readFileSync(new URL(`${name}.json`, fixtures), 'utf8')) as Expectation
}

const show = ({ file, line, column, severity, rule, message, hint }: Finding): string =>
  `${file}:${line}:${column} ${severity} ${rule}  ${message}${hint === undefined ? '' : ` (${hint})`}`
