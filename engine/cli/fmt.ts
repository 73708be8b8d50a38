import { stat, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { formatText } from '../config/format-text.ts'
import { Memory } from '../config/memory.ts'
import { type SourceFile, sourceFile } from '../config/position.ts'
import { openSources } from '../config/source.ts'
import { type Finding, isError, type Staged } from '../core/finding.ts'
import { readText } from '../files/read.ts'
import { type Command, exit, type Invocation } from './command.ts'
import { plural, printFindings, shorter } from './findings.ts'
import { InputError } from './input.ts'

export const command: Command = {
  summary: 'Writes YAML in the one spelling; comments stay, and so does what it means.',
  usage: '[FILE|FOLDER|-]... [--check]',
  options: { check: { type: 'boolean', description: 'writes nothing, names what would change, exits with 1 where anything would' } },
  run,
}

async function run(invocation: Invocation): Promise<number> {
  const { terminal, settings, positionals, options } = invocation
  if (positionals.length === 1 && positionals[0] === '-') return await pass(invocation)
  const wanted = positionals.length === 0 ? [settings.config].flat() : positionals.map(name => resolve(terminal.folder, name))
  const read = await Promise.all(wanted.map(path => readYaml(path, terminal.folder)))
  const findings: Finding[] = read.flatMap(one => one.findings)
  const files = read.flatMap(one => one.value)
  const changed: string[] = []
  for (const file of files) {
    const formatted = formatText(file)
    findings.push(...formatted.findings)
    if (formatted.value === undefined || formatted.value === file.text) continue
    changed.push(shorter(file.path, terminal.folder))
    if (options.check !== true) await writeFile(file.path, formatted.value)
  }
  printFindings(findings, { terminal, format: 'text' })
  for (const name of changed) terminal.out(`${name}\n`)
  terminal.out(`${plural(files.length, 'file')}, ${changed.length} ${options.check === true ? 'would change' : 'changed'}\n`)
  return findings.some(isError) || (options.check === true && changed.length > 0) ? exit.failed : exit.ok
}

/** From the standard input to the output: for editors. What cannot be read goes through as it is. */
async function pass({ terminal }: Invocation): Promise<number> {
  const given = await text(terminal.input)
  const { value, findings } = formatText(sourceFile('-', '-', given))
  printFindings(findings, { terminal, format: 'text' })
  terminal.out(value ?? given)
  return value === undefined ? exit.failed : exit.ok
}

/** A file, or every `*.yaml` of a folder. Throws InputError where there is neither. */
async function readYaml(path: string, folder: string): Promise<Staged<readonly SourceFile[]>> {
  const name = shorter(path, folder)
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) throw new InputError(`there is no file or folder "${name}"`)
  if (found.isDirectory()) {
    const { value, findings } = await openSources(new Memory()).folder(path)
    return { value: value.files, findings }
  }
  const read = await readText(path, { strict: true })
  if ('fault' in read) throw new InputError(`the file "${name}" ${read.fault}`)
  return { value: [sourceFile(name, path, read.text)], findings: [] }
}
