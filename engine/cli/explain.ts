import type { Explanation } from '../config/explanation.ts'
import { explanations } from '../config/explanations.ts'
import { nearest } from '../config/near.ts'
import { type Code, codes } from '../core/errors.ts'
import { type Command, exit, type Invocation } from './command.ts'
import { columns } from './help.ts'

export const command: Command = {
  summary: 'Explains a rule of findings, or a code of errors.',
  usage: '[RULE|CODE] [--format text|json]',
  options: { format: { type: 'string', value: 'FORMAT', description: 'text (default) or json' } },
  run,
}

async function run({ terminal, positionals, options }: Invocation): Promise<number> {
  const [name] = positionals
  const print = (value: unknown, text: string): number => {
    terminal.out(options.format === 'json' ? `${JSON.stringify(value, null, 2)}\n` : text)
    return exit.ok
  }
  if (name === undefined) return print({ rules: Object.keys(explanations), codes: Object.keys(codes) }, everything())
  const page = Object.hasOwn(explanations, name) ? explanations[name] : undefined
  if (page !== undefined) return print({ rule: name, ...page }, pageOf(name, page))
  const code = name.toUpperCase().replaceAll('-', '_')
  if (isCode(code)) return print({ code, ...codes[code] }, codePage(code))
  terminal.err(`sluice: there is no rule or code "${name}"${nearMisses(name)}; "sluice explain" lists all\n`)
  return exit.failed
}

function everything(): string {
  const rules = Object.entries(explanations).map(([rule, { meaning }]) => [`  ${rule}`, firstSentence(meaning)] as const)
  const rows = Object.entries(codes).map(([code, { text }]) => [`  ${code}`, text] as const)
  return `Rules of findings:\n${columns(rules)}\n\nCodes of errors:\n${columns(rows)}\n`
}

function pageOf(rule: string, page: Explanation): string {
  if ('without' in page) return `${rule}\n\n${page.meaning}\n\nNo example: ${page.without}.\n`
  return `${rule}\n\n${page.meaning}\n\nWrong:\n\n${indented(page.wrong)}\nRight:\n\n${indented(page.right)}`
}

function codePage(code: Code): string {
  const { status, fault, retry, text } = codes[code]
  const rows = [
    ['status', `${status}`],
    ['fault', faults[fault]],
    ['retry', retries[retry]],
  ] as const
  return `${code}\n\n${text}\n\n${columns(rows)}\n`
}

const faults = {
  sender: 'sender: the caller must send something else',
  receiver: 'receiver: whoever runs the gateway must look',
  upstream: 'upstream: the called system must be looked at',
}
const retries = {
  never: 'never: the same will fail the same way',
  safe: 'safe: nothing has happened, and trying again may help',
  unsafe: 'unsafe: it may have happened, so only what is idempotent is tried again',
}

const isCode = (name: string): name is Code => Object.hasOwn(codes, name)

/** The nearest name, and all that share a whole word with it. */
function nearMisses(name: string): string {
  const words = name.toLowerCase().split(/[-_ ]/)
  const all = [...Object.keys(explanations), ...Object.keys(codes)]
  const alike = all.filter(one =>
    one
      .toLowerCase()
      .split(/[-_]/)
      .some(word => words.includes(word)),
  )
  const near = nearest(name, all)
  const found = [...new Set([...(near === undefined ? [] : [near]), ...alike])].slice(0, 6)
  return found.length === 0 ? '' : ` (did you mean ${found.join(', ')}?)`
}

/** A warning says so before it says what is wrong. */
function firstSentence(meaning: string): string {
  return (
    /^(?:A warning\. )?(.*?[.:;])(?:\s|$)/s
      .exec(meaning)?.[1]
      ?.replaceAll('\n', ' ')
      .replace(/[.:;]$/, '') ?? meaning
  )
}

const indented = (text: string): string => text.replace(/^(?=.)/gm, '    ')
