import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Loaded, load } from '../../engine/config/load.ts'
import type { Finding } from '../../engine/core/finding.ts'
import type { Model } from '../../engine/core/model.ts'
import { Registry } from '../../engine/registry/registry.ts'

/** Loads texts by file name as one folder, which is gone afterwards. One text alone is `config.yaml`. */
export async function loadTexts(
  texts: string | Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string>> = {},
): Promise<Loaded> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-config-'))
  const registry = await Registry.open()
  try {
    for (const [name, text] of Object.entries(typeof texts === 'string' ? { 'config.yaml': texts } : texts)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), text)
    }
    return await load({ folder, environment, registry, listen: { host: '127.0.0.1', port: 8080 } })
  } finally {
    registry.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The model of texts that nothing is wrong with. */
export async function modelOf(
  texts: string | Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string>> = {},
): Promise<Model> {
  const { model, findings } = await loadTexts(texts, environment)
  if (model === undefined || findings.length > 0) throw new Error(`the configuration has findings:\n${findings.map(shown).join('\n')}`)
  return model
}

/** The configuration of a component that must be there, as the test knows it to be. */
export function configOf<Config>(component: { readonly config: unknown } | undefined): Config {
  if (component === undefined) throw new Error('there is no such component')
  // the test says what it expects, and looks at it
  return component.config as Config
}

/** `line:column rule`, in order. */
export const places = (findings: readonly Finding[]): readonly string[] =>
  findings.map(({ line, column, rule }) => `${line}:${column} ${rule}`)

export const shown = ({ line, column, severity, rule, message, hint }: Finding): string =>
  `${line}:${column} ${severity} ${rule} ${message}${hint === undefined ? '' : ` (${hint})`}`
