import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { load } from '../../engine/config/load.ts'
import type { Registry } from '../../engine/registry/registry.ts'

/** Loads a folder that holds these files, by name. Gives its findings as lines of text; a model must be there where there are none. */
export async function loadDocuments(files: Readonly<Record<string, string>>, registry: Registry): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-documents-'))
  try {
    for (const [name, text] of Object.entries(files)) writeFile(folder, name, text)
    const environment = variables(Object.values(files).join('\n'))
    const { model, findings } = await load({ folder, environment, registry, listen: { host: '127.0.0.1', port: 8080 } })
    const lines = findings.map(({ file, line, column, rule, message, hint = '' }) => `${file}:${line}:${column} ${rule} ${message} ${hint}`)
    return lines.length === 0 && model === undefined ? ['there is no model'] : lines
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Secrets that the text reads from /run/secrets are put beside it; those called so are certificates. */
function writeFile(folder: string, name: string, text: string): void {
  for (const [, secret = ''] of text.matchAll(/\$\{file:\/run\/secrets\/([\w.-]+)\}/g))
    writeFileSync(join(folder, `.${secret}`), secret.endsWith('.pem') ? String(rootCertificates[0]) : 'a secret')
  writeFileSync(join(folder, name), text.replaceAll('/run/secrets/', `${folder}/.`))
}

/** A value for each variable without a default: an address where its name ends so, else some text. */
function variables(text: string): Readonly<Record<string, string>> {
  const names = [...text.matchAll(/\$\{([A-Z][A-Z0-9_]*)\}/g)].map(([, name = '']) => name)
  return Object.fromEntries(names.map(name => [name, name.endsWith('_URL') ? 'https://example.com' : 'some text']))
}
