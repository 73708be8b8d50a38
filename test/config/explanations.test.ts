import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { explanations } from '../../engine/config/explanations.ts'
import { load } from '../../engine/config/load.ts'
import type { Finding } from '../../engine/core/finding.ts'
import { Registry } from '../../engine/registry/registry.ts'

const engine = new URL('../../engine/', import.meta.url)
/** Rooms that find something, but for the pages themselves, and for what writes YAML, loads modules, opens channels: their hyphens are other people's words. */
const sources = ['config', 'expression', 'registry', 'runtime']
  .flatMap(room => readdirSync(new URL(room, engine), { recursive: true, encoding: 'utf8' }).map(name => `${room}/${name}`))
  .filter(name => name.endsWith('.ts') && !/^(config\/(explanation|format-text)|registry\/hooks|runtime\/lives)/.test(name))

/** Rules whose name is made from what a schema refers to, as `unknown-${to}`, and the one without a hyphen. */
const made = [...referencesInSchemas().map(to => `unknown-${to}`), 'plugin']

let registry: Registry
before(async () => {
  registry = await Registry.open({ plugins: new URL('../../plugins', import.meta.url).pathname })
})
after(() => registry.close())

const scratch = mkdtempSync(join(tmpdir(), 'sluice-explanations-'))
after(() => rmSync(scratch, { recursive: true, force: true }))

test('every rule that the engine can emit has a page, and every page is that of a rule', () => {
  const written = sources.flatMap(name => literals(readFileSync(new URL(name, engine), 'utf8')))
  const rules = new Set([...written, ...made])
  assert.ok(rules.size > 50, `${rules.size}`)
  assert.deepEqual(rules, new Set(Object.keys(explanations)))
})

test('a literal that is a new rule would be missed', () => {
  assert.deepEqual(literals("say(at, 'no-such-rule', message)"), ['no-such-rule'])
})

for (const [rule, page] of Object.entries(explanations)) {
  test(`${rule}: its page says what is wrong and why`, () => {
    assert.ok(page.meaning.length > 80, page.meaning)
    assert.match(page.meaning, /[.…]$/)
  })
  if (!('wrong' in page)) continue
  test(`${rule}: what its page shows as wrong yields this rule and no other`, async () => {
    const findings = await findingsOf(page.wrong, page.right)
    assert.deepEqual(new Set(findings.map(finding => finding.rule)), new Set([rule]), findings.map(show).join('\n'))
    const warning = findings.every(finding => finding.severity === 'warning')
    assert.equal(page.meaning.startsWith('A warning.'), warning, 'its page says whether it is a warning')
  })
  test(`${rule}: what its page shows as right loads without a finding`, async () => {
    assert.deepEqual((await findingsOf(page.right, page.right)).map(show), [])
  })
}

/** The environment, and the files below /run/secrets, are those that the right text needs. */
async function findingsOf(text: string, right: string): Promise<readonly Finding[]> {
  const folder = mkdtempSync(join(scratch, 'page-'))
  for (const [, secret] of right.matchAll(/\/run\/secrets\/(\w+)/g)) writeFileSync(join(folder, `.${secret}`), 'a secret\n')
  for (const [at, part] of text.replaceAll('/run/secrets/', `${folder}/.`).split('# another.yaml\n').entries())
    writeFileSync(join(folder, `${at + 1}.yaml`), part)
  const environment = Object.fromEntries([...right.matchAll(/\$\{([A-Z_]+)\}/g)].map(([, name = '']) => [name, 'https://example.com']))
  const { model, findings } = await load({ folder, environment, registry, listen: { host: '127.0.0.1', port: 8080 } })
  assert.equal(
    model === undefined,
    findings.some(finding => finding.severity === 'error'),
  )
  return findings
}

/** Kebab-case words in quotes, but for what is imported, keywords of schemas and keys of tables that say more than a name. */
function literals(source: string): readonly string[] {
  const code = source.replace(/^(?:import|export)\b[^;]*? from '.*'$/gm, '')
  return [...code.matchAll(/'([a-z]+(?:-[a-z]+)+)'/g)].map(([, word = '']) => word).filter(word => !word.startsWith('x-'))
}

/** What `x-reference` of any schema names, but for operations: those have rules of their own. */
function referencesInSchemas(): readonly string[] {
  const folder = new URL('../../schemas/', import.meta.url)
  const texts = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.json'))
    .map(name => readFileSync(new URL(name, folder), 'utf8'))
  const found = texts.flatMap(text => [...text.matchAll(/"x-reference": "(\w+)"/g)].map(([, to = '']) => to))
  return [...new Set(found)].filter(to => to !== 'operation')
}

const show = ({ file, line, column, severity, rule, message, hint }: Finding): string =>
  `${file}:${line}:${column} ${severity} ${rule}  ${message}${hint === undefined ? '' : ` (${hint})`}`
