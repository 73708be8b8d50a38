import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

/** A place that the mark `|` stands in: lines and characters from 0. */
interface Position {
  readonly line: number
  readonly character: number
}

/** Red Hat's language server for YAML, as editors run it. */
export interface LanguageServer extends AsyncDisposable {
  /** What is wrong with a text, as `line: message`, lines from 1. */
  diagnostics(name: string, text: string): Promise<readonly string[]>
  /** The labels of what may be written where `|` stands. */
  completion(name: string, text: string): Promise<readonly string[]>
  /** What is shown of the word that `|` stands in. */
  hover(name: string, text: string): Promise<string>
}

/** The server's module, where npm has installed it. */
export function languageServerPath(): string | undefined {
  try {
    const manifest = createRequire(import.meta.url).resolve('yaml-language-server/package.json')
    const path = manifest.replace('package.json', 'bin/yaml-language-server')
    return existsSync(path) ? path : undefined
  } catch {
    return undefined
  }
}

/** Starts it in `folder` with the schema for every `*.yaml`. */
export async function startLanguageServer(path: string, folder: string, schema: string): Promise<LanguageServer> {
  const settings = {
    yaml: {
      schemas: { [pathToFileURL(schema).href]: '*.yaml' },
      schemaStore: { enable: false },
      validate: true,
      hover: true,
      completion: true,
    },
  }
  const child = spawn(process.execPath, [path, '--stdio'], { stdio: ['pipe', 'pipe', 'ignore'] })
  const wire = connect(child, settings)
  const root = pathToFileURL(folder).href
  await wire.request('initialize', { processId: process.pid, rootUri: root, capabilities: { workspace: { configuration: true } } })
  wire.notify('initialized', {})
  wire.notify('workspace/didChangeConfiguration', { settings })
  await wire.configured
  let version = 0
  const open = (name: string, text: string): { readonly uri: string } => {
    const uri = `${root}/${++version}-${name}`
    wire.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'yaml', version, text } })
    return { uri }
  }
  const ask = (method: string, name: string, marked: string): Promise<unknown> =>
    wire.request(method, { textDocument: open(name, marked.replace('|', '')), position: positionOf(marked) })
  return {
    async diagnostics(name, text) {
      const found = await wire.diagnostics(open(name, text).uri)
      return found.map(({ range, message }) => `${range.start.line + 1}: ${message}`)
    },
    async completion(name, text) {
      const list = await ask('textDocument/completion', name, text)
      return Object(list).items.map((item: { readonly label: string }) => item.label)
    },
    async hover(name, text) {
      const shown = await ask('textDocument/hover', name, text)
      return String(Object(shown).contents?.value ?? '')
    },
    async [Symbol.asyncDispose]() {
      child.kill()
      await new Promise(resolve => child.once('close', resolve))
    },
  }
}

function positionOf(marked: string): Position {
  const before = marked.slice(0, marked.indexOf('|')).split('\n')
  return { line: before.length - 1, character: before.at(-1)?.length ?? 0 }
}

interface Diagnostic {
  readonly message: string
  readonly range: { readonly start: Position }
}

interface Incoming {
  readonly id?: number
  readonly method?: string
  readonly params?: unknown
  readonly result?: unknown
  readonly error?: unknown
}

interface Wire {
  request(method: string, params: unknown): Promise<unknown>
  notify(method: string, params: unknown): void
  /** The server has asked for its settings, and got them. */
  readonly configured: Promise<void>
  /** The next diagnostics of a document. */
  diagnostics(uri: string): Promise<readonly Diagnostic[]>
}

/** JSON-RPC with its headers, as the protocol frames it. */
function connect({ stdin, stdout }: ChildProcess, settings: Readonly<Record<string, unknown>>): Wire {
  const waiting = new Map<number | string, (message: Incoming) => void>()
  const { promise: configured, resolve: configure } = Promise.withResolvers<void>()
  let number = 0
  const send = (message: object): void => {
    const text = JSON.stringify({ jsonrpc: '2.0', ...message })
    stdin?.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`)
  }
  const receive = (message: Incoming): void => {
    if (message.method === 'workspace/configuration') {
      const { items } = Object(message.params)
      send({ id: message.id, result: items.map(({ section }: { readonly section: string }) => settings[section] ?? {}) })
      configure()
    } else if (message.method !== undefined && message.id !== undefined) send({ id: message.id, result: null })
    const key = message.method === 'textDocument/publishDiagnostics' ? String(Object(message.params).uri) : (message.id ?? '')
    if (message.method !== undefined && message.id !== undefined) return
    const take = waiting.get(key)
    waiting.delete(key)
    take?.(message)
  }
  let buffered = Buffer.alloc(0)
  stdout?.on('data', (chunk: Buffer) => {
    buffered = Buffer.concat([buffered, chunk])
    for (;;) {
      const head = /^Content-Length: (\d+)[\s\S]*?\r\n\r\n/.exec(buffered.toString('latin1'))
      if (head === null) return
      const end = head[0].length + Number(head[1])
      if (buffered.length < end) return
      receive(JSON.parse(buffered.toString('utf8', head[0].length, end)))
      buffered = buffered.subarray(end)
    }
  })
  const answer = (key: number | string): Promise<Incoming> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`the language server does not answer (${key})`)), 60_000)
      waiting.set(key, message => {
        clearTimeout(timer)
        resolve(message)
      })
    })
  return {
    configured,
    async request(method, params) {
      const id = ++number
      const answered = answer(id)
      send({ id, method, params })
      const { result, error } = await answered
      if (error !== undefined) throw new Error(`${method}: ${JSON.stringify(error)}`)
      return result
    },
    notify: (method, params) => send({ method, params }),
    diagnostics: async uri => Object((await answer(uri)).params).diagnostics,
  }
}
