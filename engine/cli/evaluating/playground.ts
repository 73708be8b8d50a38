import { createInterface, type Interface } from 'node:readline'
import { Writable } from 'node:stream'
import { isFault, tokenize } from '../../expression/tokens.ts'
import { exit, type Terminal } from '../command.ts'
import { commandNames, runDotCommand } from './commands.ts'
import { complete } from './complete.ts'
import { evaluate, type Ground } from './evaluation.ts'

const prompt = '> '
const continued = '… '

/** Takes expressions and commands from a terminal until its end, `.exit`, or ctrl-C on an empty line. The exit code. */
export async function playground(start: Ground, terminal: Terminal): Promise<number> {
  let ground = start
  let pending = ''
  terminal.out('Expressions over the input; .help lists commands, tab completes.\n')
  const lines = createInterface({
    input: terminal.input,
    output: screen(terminal),
    terminal: true,
    prompt,
    completer: (line: string) => complete(line, ground, commandNames),
  })
  const ask = (): void => {
    lines.setPrompt(pending === '' ? prompt : continued)
    lines.prompt()
  }
  lines.on('SIGINT', () => {
    if (pending === '' && lines.line === '') return lines.close()
    pending = ''
    clear(lines)
    terminal.out('\n')
    ask()
  })
  ask()
  for await (const line of lines) {
    const text = pending === '' ? line : `${pending}\n${line}`
    if (pending === '' && line.trim().startsWith('.')) {
      if (line.trim() === '.exit') break
      ground = await runDotCommand(line, ground, terminal)
    } else if (line.trim() !== '' && isOpen(text)) pending = text
    else {
      pending = ''
      if (text.trim() !== '') evaluate(text, ground, terminal)
    }
    ask()
  }
  lines.close()
  return exit.ok
}

/** A bracket or a quote still waits for its end. */
function isOpen(source: string): boolean {
  const tokens = tokenize(source)
  let open = 0
  for (let token = tokens.next(); token !== undefined; token = tokens.next()) {
    if (isFault(token)) return true
    if ('([{'.includes(token.text)) open += 1
    else if (')]}'.includes(token.text)) open -= 1
  }
  return open > 0
}

/** Empties the line that is being written. */
function clear(lines: Interface): void {
  lines.write(null, { ctrl: true, name: 'e' })
  lines.write(null, { ctrl: true, name: 'u' })
}

/** The terminal's output as readline wants it, as wide as the process's own. */
function screen(terminal: Terminal): Writable {
  const output = new Writable({
    write(chunk, _encoding, done) {
      terminal.out(String(chunk))
      done()
    },
  })
  return Object.defineProperty(output, 'columns', { get: () => process.stdout.columns ?? 80 })
}
