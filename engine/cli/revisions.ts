import { SluiceError } from '../core/errors.ts'
import type { KeptRevision } from '../runtime/kept-revision.ts'
import { Revisions } from '../runtime/revisions.ts'
import { type Command, exit, type Invocation } from './command.ts'
import { plural, shorter } from './findings.ts'
import { readFolders, rollBack } from './roll-back.ts'
import { textDiff } from './text-diff.ts'

export const command: Command = {
  summary: 'Shows the configurations that ran, and puts one back into the folder.',
  usage: 'list | show N | diff N [M] | rollback N [--yes]',
  options: {
    yes: { type: 'boolean', description: 'rollback: writes the files; without it, shows what would be written' },
    format: { type: 'string', value: 'FORMAT', description: 'list: text (default) or json' },
  },
  run,
}

type Texts = ReadonlyMap<string, string>

async function run(invocation: Invocation): Promise<number> {
  const { terminal, settings, positionals } = invocation
  const [verb = 'list', first, second] = positionals
  const revisions = await Revisions.open(settings.data)
  if (verb === 'list') return list(await revisions.list(), invocation)
  if (verb === 'show') return show(await find(revisions, first), invocation)
  if (verb === 'diff') {
    const before = await find(revisions, first)
    const after = second === undefined ? await readFolders(before.snapshot) : textsOf(await find(revisions, second))
    terminal.out(diff(textsOf(before), after, terminal.folder))
    return exit.ok
  }
  if (verb === 'rollback') return await rollback(await find(revisions, first), invocation)
  throw new SluiceError('BAD_REQUEST', `there is no "revisions ${verb}"; write list, show N, diff N [M] or rollback N`)
}

async function find(revisions: Revisions, number: string | undefined): Promise<KeptRevision> {
  const found = /^\d{1,9}$/.test(number ?? '') ? await revisions.read(Number(number)) : undefined
  if (found !== undefined) return found
  const sentence = number === undefined ? 'the number of a revision is missing' : `there is no revision ${number} in ${revisions.folder}`
  throw new SluiceError('NOT_FOUND', `${sentence}; "sluice revisions list" shows those that are kept`)
}

function list(all: readonly KeptRevision[], { terminal, options }: Invocation): number {
  const rows = all.map(({ number, at, outcome, findings, snapshot: { hash, files } }) => {
    return { number, at: new Date(at).toISOString(), hash, outcome, findings, files: files.length }
  })
  if (options.format === 'json') {
    terminal.out(`${JSON.stringify(rows, null, 2)}\n`)
    return exit.ok
  }
  for (const { number, at, hash, outcome, findings, files } of rows)
    terminal.out(`${String(number).padStart(5)}  ${at}  ${hash}  ${outcome}, ${plural(files, 'file')}, ${plural(findings, 'warning')}\n`)
  if (rows.length === 0) terminal.err('sluice: nothing has run yet with this folder of data\n')
  return exit.ok
}

function show({ number, at, snapshot }: KeptRevision, { terminal }: Invocation): number {
  terminal.out(`# revision ${number} (${snapshot.hash}), ${new Date(at).toISOString()}\n`)
  for (const { path, text } of snapshot.files) terminal.out(`\n# ${shorter(path, terminal.folder)}\n${text.replace(/\n?$/, '\n')}`)
  return exit.ok
}

async function rollback(kept: KeptRevision, { terminal, settings, options }: Invocation): Promise<number> {
  const { number, snapshot } = kept
  if (snapshot.folders.join('\n') !== settings.config.join('\n'))
    throw new SluiceError('CONFLICT', `revision ${number} is of ${snapshot.folders.join(' + ')}, not of ${settings.config.join(' + ')}`)
  const before = await readFolders(snapshot)
  const after = textsOf(kept)
  const change = diff(before, after, terminal.folder)
  terminal.out(change)
  if (change === '') {
    terminal.err(`sluice: the folder is as it was in revision ${number}\n`)
    return exit.ok
  }
  if (options.yes !== true) {
    terminal.err('sluice: nothing was written; --yes writes it\n')
    return exit.failed
  }
  await rollBack(before, after)
  terminal.err(`sluice: the folder is as it was in revision ${number}; a gateway that watches it applies that now\n`)
  return exit.ok
}

const textsOf = ({ snapshot }: KeptRevision): Texts => new Map(snapshot.files.map(({ path, text }) => [path, text]))

function diff(before: Texts, after: Texts, folder: string): string {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort()
  return paths.map(path => textDiff(shorter(path, folder), before.get(path), after.get(path))).join('')
}
