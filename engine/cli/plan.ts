import { existsSync } from 'node:fs'
import { delimiter, resolve } from 'node:path'
import { request } from 'undici'
import { type Loaded, type LoadOptions, load } from '../config/load.ts'
import { show } from '../config/show.ts'
import { SluiceError } from '../core/errors.ts'
import type { Model } from '../core/model.ts'
import { Registry } from '../registry/registry.ts'
import { compare } from '../runtime/compare/compare.ts'
import { loadDefinitions } from '../runtime/definitions.ts'
import { type Description, describe } from '../runtime/describe.ts'
import type { KeptRevision } from '../runtime/kept-revision.ts'
import { Revisions } from '../runtime/revisions.ts'
import { type Command, exit, type Invocation } from './command.ts'
import { plural, printFindings, shorter } from './findings.ts'
import { planText } from './plan-text.ts'

export const command: Command = {
  summary: 'Shows what a changed configuration would do: what starts and stops, and what clients will notice.',
  usage: '[--from FOLDER|N | --at URL] [--strict] [--format text|json] | --show',
  options: {
    from: {
      type: 'string',
      value: 'FROM',
      description: 'compares with another folder, or with a revision by its number; with the last good one by default',
    },
    at: { type: 'string', value: 'URL', description: 'compares with a running gateway, by its admin address: http://127.0.0.1:8081' },
    show: { type: 'boolean', description: 'prints the configuration, overlays and defaults merged, with the origin of every value' },
    strict: { type: 'boolean', description: 'exit code 2 where a change breaks clients' },
    format: { type: 'string', value: 'FORMAT', description: 'text (default) or json' },
  },
  run,
}

type Load = (options: Pick<LoadOptions, 'folder' | 'kept'>) => Promise<Loaded>

async function run(invocation: Invocation): Promise<number> {
  const { terminal, settings, environment, options } = invocation
  const registry = await Registry.open({ plugins: settings.plugins })
  try {
    const read: Load = what => load({ ...what, environment, registry, listen: settings.listen })
    const { model, findings, documents } = await read({ folder: settings.config })
    printFindings(findings, { terminal, format: 'text' })
    if (model === undefined) return exit.failed
    if (options.show === true) {
      terminal.out(show(documents))
      return exit.ok
    }
    const before = await older(invocation, read, registry)
    if (before === undefined) return exit.failed
    return print(before, await described(model, registry), invocation)
  } finally {
    registry.close()
  }
}

const described = async (model: Model, registry: Registry): Promise<Description> =>
  describe(model, { definitions: await loadDefinitions(model, registry), registry })

interface Older {
  readonly name: string
  readonly description: Description
}

/** What the new configuration is compared with. `undefined`: it does not load, and it was said why. */
async function older(invocation: Invocation, read: Load, registry: Registry): Promise<Older | undefined> {
  const { terminal, options } = invocation
  if (typeof options.at === 'string') return { name: options.at, description: await running(options.at) }
  const { name, ...what } = await source(invocation)
  const { model, findings } = await read(what)
  if (model !== undefined) return { name, description: await described(model, registry) }
  printFindings(findings, { terminal, format: 'text' })
  terminal.err(`sluice: ${name} does not load: there is nothing to compare with\n`)
  return undefined
}

async function source({
  terminal,
  settings,
  options,
}: Invocation): Promise<Pick<LoadOptions, 'folder' | 'kept'> & { readonly name: string }> {
  const { from } = options
  if (typeof from === 'string' && (!/^\d{1,9}$/.test(from) || existsSync(resolve(terminal.folder, from)))) {
    return { name: from, folder: from.split(delimiter).map(name => resolve(terminal.folder, name)) }
  }
  const revisions = await Revisions.open(settings.data)
  const kept: KeptRevision | undefined = typeof from === 'string' ? await revisions.read(Number(from)) : revisions.newest
  if (kept === undefined) {
    const what = typeof from === 'string' ? `revision ${from}` : 'revision'
    throw new SluiceError(
      'NOT_FOUND',
      `there is no ${what} in ${revisions.folder} to compare with: name a folder by --from, or a gateway by --at`,
    )
  }
  return { name: `revision ${kept.number}`, folder: kept.snapshot.folders, kept: kept.snapshot }
}

async function running(at: string): Promise<Description> {
  const url = `${at.replace(/\/$/, '')}/model`
  const answer = await request(url, { headersTimeout: 10_000, bodyTimeout: 10_000 }).catch((cause: Error) => {
    throw new SluiceError('UNREACHABLE', `there is no gateway at ${url}: ${cause.message || cause.name}`, { cause })
  })
  const body: unknown = await answer.body.json().catch(() => undefined)
  if (answer.statusCode !== 200 || !isDescription(body))
    throw new SluiceError('UPSTREAM_REFUSED', `${url} answered ${answer.statusCode}, and not as the admin listener of a gateway does`)
  return body
}

/** What only a gateway answers: the shape below is its own. */
const isDescription = (body: unknown): body is Description =>
  typeof body === 'object' && body !== null && 'seal' in body && 'listeners' in body && 'pipelines' in body && 'schemas' in body

function print({ name, description }: Older, next: Description, { terminal, settings, options }: Invocation): number {
  const comparison = compare(description, next)
  const breaking = comparison.notices.filter(notice => notice.breaking).length
  const to = settings.config.map(folder => shorter(folder, terminal.folder)).join(' + ')
  if (options.format === 'json') terminal.out(`${JSON.stringify({ from: name, to, breaking, ...comparison }, null, 2)}\n`)
  else
    terminal.out(
      `${name} -> ${to}: ${breaking === 0 ? 'breaks no client' : plural(breaking, 'breaking change')}\n\n${planText(comparison)}`,
    )
  return breaking > 0 && options.strict === true ? exit.breaking : exit.ok
}
