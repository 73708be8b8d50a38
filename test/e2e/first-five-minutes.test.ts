import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { type RunningCommand, startCommand } from '../support/command.ts'
import { root, scratch, sluice } from '../support/gateway.ts'
import { freePort } from '../support/ports.ts'

/** A fenced block of the section: `console` is what is typed and what it prints, `text` what goes on in the first terminal, `diff` an edit. */
interface Block {
  readonly kind: string
  readonly text: string
}

const edited = 'pipelines/hello.yaml'
/** They go on until they are stopped. */
const lasting = /^(dev|run)\b/

test('the first five minutes are as the README tells them', async () => {
  const blocks = sectionOf(readFileSync(join(root, 'README.md'), 'utf8'), 'The first five minutes')
  assert.ok(blocks.filter(({ kind }) => kind === 'text').length >= 2 && blocks.filter(({ kind }) => kind === 'diff').length >= 3)
  const { folder, remove } = await scratch()
  await using visitor = new Visitor(folder, {
    '127.0.0.1:8080': `127.0.0.1:${await freePort()}`,
    '127.0.0.1:8081': `127.0.0.1:${await freePort()}`,
  })
  for (const block of blocks) await visitor.follow(block)
  await visitor.leave()
  assert.deepEqual([...visitor.typed].sort(), ['cd', 'curl', 'dev', 'new', 'plan', 'run', 'test'])
  await remove()
})

/** Somebody with two terminals: one for what goes on, one for the rest. */
class Visitor implements AsyncDisposable {
  readonly typed = new Set<string>()
  readonly #ports: Readonly<Record<string, string>>
  #folder: string
  #running: RunningCommand | undefined

  constructor(folder: string, ports: Readonly<Record<string, string>>) {
    this.#folder = folder
    this.#ports = ports
  }

  async follow({ kind, text }: Block): Promise<void> {
    if (kind === 'text') await this.#look(text)
    if (kind === 'diff') await this.#edit(text)
    if (kind === 'console') for (const [command, printed] of commandsIn(text)) await this.#type(command, printed)
  }

  /** What goes on must print that next; `^C` ends it. */
  async #look(text: string): Promise<void> {
    await this.#running?.seen(new RegExp(`^${this.#pattern(text.replace(/^\^C\n/m, ''))}`))
    if (text.endsWith('^C\n')) await this.leave()
  }

  async leave(): Promise<void> {
    if (this.#running !== undefined) assert.equal(await this.#running.stop(), 0)
    this.#running = undefined
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#running?.[Symbol.asyncDispose]()
  }

  async #type(command: string, printed: string): Promise<void> {
    const [, name = ''] = /^(?:npx sluice )?(\w+)/.exec(command) ?? []
    this.typed.add(name)
    if (name === 'cd') this.#folder = join(this.#folder, command.slice('cd '.length))
    else if (name === 'curl') assert.equal(`${await this.#fetch(command)}\n`, printed)
    else await this.#sluice(command.replace(/^npx sluice /, '').split(' '), printed)
  }

  async #sluice(args: readonly string[], printed: string): Promise<void> {
    await this.leave()
    const [listen = '', admin = ''] = Object.values(this.#ports)
    const environment = { SLUICE_LISTEN: listen, SLUICE_ADMIN: admin, SLUICE_LOG: 'info,text' }
    if (lasting.test(args[0] ?? '')) {
      this.#running = startCommand(args, { folder: this.#folder, environment })
      await this.#look(printed)
      return
    }
    const { code, out, err } = await sluice(args, { folder: this.#folder, environment })
    assert.match(out + err, new RegExp(`^${this.#pattern(printed)}$`))
    assert.equal(code, 0)
  }

  async #fetch(command: string): Promise<string> {
    const address = /'(.*)'/.exec(command)?.[1] ?? command.slice('curl '.length)
    const answer = await fetch(this.#here(address))
    return await answer.text()
  }

  async #edit(diff: string): Promise<void> {
    const path = join(this.#folder, edited)
    const lines = (sign: string): string =>
      diff
        .split('\n')
        .flatMap(line => (line.startsWith(sign) ? `${line.slice(1)}\n` : []))
        .join('')
    const before = await readFile(path, 'utf8')
    assert.ok(before.includes(lines('-')), `${edited} has no\n${lines('-')}`)
    await writeFile(
      path,
      before.replace(lines('-'), () => lines('+')),
    )
  }

  #here(text: string): string {
    return Object.entries(this.#ports).reduce((changed, [told, mine]) => changed.replaceAll(told, mine), text)
  }

  /** The text, but for what differs from run to run: times, ids, ports. */
  #pattern(text: string): string {
    return this.#here(text)
      .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
      .replace(/\d+ ms\b/g, '\\d+ ms')
      .replace(/\d\d:\d\d:\d\d\\\.\d{3}/g, '[\\d:.]+')
      .replace(/\bid=[\w-]+/g, 'id=[\\w-]+')
      .replace(/\bdurationMs=\d+(\\\.\d+)?/g, 'durationMs=[\\d.]+')
  }
}

function sectionOf(page: string, title: string): readonly Block[] {
  const [, section = ''] = new RegExp(`^## ${title}\n([\\s\\S]*?)^## `, 'm').exec(page) ?? []
  return [...section.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)].map(([, kind = '', text = '']) => ({ kind, text }))
}

/** Each command with what it prints. */
const commandsIn = (text: string): readonly (readonly [string, string])[] =>
  [...text.matchAll(/^\$ (.*)\n((?:(?!\$ ).*\n)*)/gm)].map(([, command = '', printed = '']) => [command, printed])
