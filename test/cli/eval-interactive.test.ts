import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { describe, test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { runCommand } from '../../engine/cli/cli.ts'
import { project } from './project.ts'

const order = '{"id":"o-1","customer":{"name":"Ada","x-id":7},"lines":[{"price":40},{"price":2}]}'

/** A person at a terminal: types, and waits for what appears. */
interface Person extends AsyncDisposable {
  /** Types these keys and waits until the text appears. */
  types(keys: string, until: string): Promise<void>
  /** Types a line and waits for the next prompt; gives all that appeared until then. */
  enters(line: string): Promise<string>
  readonly left: Promise<number>
}

async function sitDown(args: readonly string[] = [], folder = '/'): Promise<Person> {
  const input = Object.assign(new PassThrough(), { isTTY: true })
  let seen = ''
  let look = (): void => undefined
  const show = (text: string): void => {
    seen += text
    look()
  }
  const left = runCommand(['eval', ...args], { environment: {}, folder, out: show, err: show, input, terminal: true })
  const until = async (keys: string, done: (text: string) => boolean): Promise<string> => {
    if (keys !== '') seen = ''
    await new Promise<void>(resolve => {
      look = () => {
        if (done(stripVTControlCharacters(seen))) resolve()
      }
      input.write(keys)
      look()
    })
    return stripVTControlCharacters(seen)
  }
  await until('', shown => shown.endsWith('> '))
  return {
    left,
    types: async (keys, text) => void (await until(keys, shown => shown.includes(text))),
    enters: line => until(`${line}\r`, shown => shown.includes('\n') && /(> |… )$/.test(shown)),
    async [Symbol.asyncDispose]() {
      input.end()
      await left
    },
  }
}

async function says(person: Person, line: string, text: string): Promise<void> {
  const shown = await person.enters(line)
  assert.ok(shown.includes(text), shown)
}

test('without an expression, on a terminal, expressions are evaluated line by line', { timeout: 60_000 }, async () => {
  await using person = await sitDown(['--input', order, '--bind', '{"base":100}'])
  assert.match(await person.enters('$sum(lines.price)'), /42/)
  await says(person, '$base + lines[0].price', '\n140\n')
  await says(person, 'nowhere', '(nothing)')
})

test('a fault is shown below its place, and the next expression is taken', { timeout: 60_000 }, async () => {
  await using person = await sitDown(['--input', order])
  await says(person, 'id & $nme', '     ^ unknown-variable: $nme is not bound here')
  await says(person, 'id + 1', 'sluice: the left side of + must be a number, not a text')
  await says(person, '1 + 1', '\n2\n')
})

test('an expression goes on over lines while a bracket or a quote is open', { timeout: 60_000 }, async () => {
  await using person = await sitDown(['--input', order])
  await says(person, '$sum(', '… ')
  await says(person, 'lines.price)', '\n42\n')
})

test('up and down bring back what was typed before', { timeout: 60_000 }, async () => {
  await using person = await sitDown()
  await says(person, '1 + 1', '\n2\n')
  await says(person, '2 + 2', '\n4\n')
  await says(person, '\u001b[A\u001b[A', '\n2\n')
  await says(person, '\u001b[A\u001b[A\u001b[B\u001b[A\u0008\u00088', '\n10\n')
})

test('ctrl-C gives up what is being typed, and leaves where nothing is', { timeout: 60_000 }, async () => {
  const person = await sitDown()
  await says(person, '$sum(', '… ')
  await person.types('1, \u0003', '\n> ')
  await says(person, '3 * 3', '\n9\n')
  await person.types('\u0003', '')
  assert.equal(await person.left, 0)
})

const completions = [
  { name: 'a function', keys: '$substringB\t', shows: '$substringBefore(' },
  { name: 'a variable', keys: '$bas\t', shows: '$base' },
  { name: 'a field of the input', keys: 'custo\t', shows: 'customer' },
  { name: 'a field of what a path gives', keys: 'customer.na\t', shows: 'customer.name' },
  { name: 'a field of the members of a list', keys: 'lines[price > 2].pr\t', shows: 'lines[price > 2].price' },
  { name: 'a name with a hyphen, in backticks', keys: 'customer.`x\t', shows: 'customer.`x-id`' },
  { name: 'a command', keys: '.in\t', shows: '.input' },
  { name: 'the choice, where there are several', keys: '$substring\t\t', shows: '$substringAfter(' },
]
describe('tab completes', () => {
  for (const { name, keys, shows } of completions)
    test(name, { timeout: 60_000 }, async () => {
      await using person = await sitDown(['--input', order, '--bind', '{"base":1}'])
      for (const key of keys.split(/(?<=\t)/)) await person.types(key, '')
      await person.types('', shows)
      await person.types('\u0005\u0015', '')
    })
})

test('.input reads a file or takes JSON, and alone shows the input', { timeout: 60_000 }, async () => {
  await using home = await project({ 'order.json': order, 'broken.json': '{' })
  await using person = await sitDown([], home.folder)
  await says(person, '.input', '(nothing)')
  await says(person, '.input order.json', '> ')
  await says(person, 'customer.name', '"Ada"')
  await says(person, '.input {"a": [1, 2]}', '> ')
  await says(person, '$sum(a)', '\n3\n')
  await says(person, '.input', '"a": [')
  await says(person, '.input broken.json', 'sluice: @broken.json is not JSON')
  await says(person, '.input none.json', 'sluice: reading none.json: ENOENT')
  await says(person, '$sum(a)', '\n3\n')
})

test('.bind binds a name, and alone shows what is bound', { timeout: 60_000 }, async () => {
  await using person = await sitDown()
  await says(person, '.bind total = 40', '> ')
  await says(person, '$total + 2', '\n42\n')
  await says(person, '.bind', '$total = 40')
  await says(person, '.bind total', '.bind takes name=JSON')
  await says(person, '.bind total=forty', 'the value given is not JSON')
})

test('.time, .help and .exit', { timeout: 60_000 }, async () => {
  const person = await sitDown()
  await says(person, '.time', 'times are shown')
  assert.match(await person.enters('1 + 1'), /\n2\n\d+\.\d{3} ms\n/)
  await says(person, '.time', 'times are not shown')
  assert.match(await person.enters('.help'), /\.bind name=JSON +binds \$name/)
  await says(person, '.halp', 'there is no .halp; .help lists what there is')
  await person.types('.exit\r', '.exit')
  assert.equal(await person.left, 0)
})

test('a terminal that ends is a person who left', { timeout: 60_000 }, async () => {
  const person = await sitDown()
  await says(person, '1 + 1', '\n2\n')
  await person.types('\u0004', '')
  assert.equal(await person.left, 0)
})
