import { resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import type { Definition } from '../core/component.ts'
import { SluiceError } from '../core/errors.ts'
import type { Finding } from '../core/finding.ts'
import type { Json } from '../core/message.ts'
import type { Kind } from '../core/model.ts'
import { readDocuments } from './documents.ts'
import { hookPlugins } from './hooks.ts'
import { importBuiltIn } from './modules.ts'
import { importFinding, importPlugin, listPlugins, type Plugin } from './plugins.ts'

export interface RegistryOptions {
  /** The folder of the built-in schemas; the engine's own by default. */
  readonly schemas?: string | undefined
  /** The folder of plugins; none by default. */
  readonly plugins?: string | undefined
}

/**
 * (kind, type) -> schema and module. Built-in components are the files below `schemas/`, plugins the folders below `plugins/`;
 * a plugin cannot take the place of a built-in. `refresh` looks at the plugins again, for a reload.
 */
export class Registry {
  readonly #builtIn: ReadonlyMap<string, Json>
  #documents: ReadonlyMap<string, Json>
  readonly #folder: string | undefined
  #plugins: ReadonlyMap<string, Plugin> = new Map()
  /** The documents of plugins. */
  #own: ReadonlyMap<string, Json> = new Map()
  #findings: readonly Finding[] = []
  readonly #loaded = new Map<string, Promise<Definition>>()
  readonly #unhook: () => void

  private constructor(documents: ReadonlyMap<string, Json>, folder: string | undefined) {
    this.#builtIn = documents
    this.#documents = documents
    this.#folder = folder
    this.#unhook = folder === undefined ? () => undefined : hookPlugins(pathToFileURL(folder).href)
  }

  static async open(options: RegistryOptions = {}): Promise<Registry> {
    const schemas = options.schemas ?? fileURLToPath(new URL('../../schemas/', import.meta.url))
    const registry = new Registry(await readDocuments(schemas), options.plugins === undefined ? undefined : resolve(options.plugins))
    await registry.refresh()
    return registry
  }

  /** Every schema by `$id`: of components, plugins too, of the frame, and the common ones. The same map while no plugin's schema changes. */
  get documents(): ReadonlyMap<string, Json> {
    return this.#documents
  }

  /** What is wrong with plugins, as of the last refresh. */
  get findings(): readonly Finding[] {
    return this.#findings
  }

  async refresh(): Promise<void> {
    if (this.#folder === undefined) return
    const { plugins, findings } = await listPlugins(this.#folder)
    const fits = await Promise.all(plugins.map(plugin => (this.#has(plugin) ? undefined : this.#admit(plugin))))
    this.#plugins = new Map(plugins.filter((_, at) => fits[at] === undefined).map(plugin => [key(plugin.kind, plugin.type), plugin]))
    this.#findings = [...findings, ...fits.filter(finding => finding !== undefined)]
    const own = new Map([...this.#plugins.values()].map(({ kind, type, schema }) => [`sluice:/${kind}/${type}.json`, schema]))
    if (isDeepStrictEqual(own, this.#own)) return
    this.#own = own
    this.#documents = new Map<string, Json>([...this.#builtIn, ...own])
  }

  /** Names of the types of a kind, sorted. */
  types(kind: Kind): readonly string[] {
    const builtIn = [...this.#builtIn.keys()]
      .filter(id => id.startsWith(`sluice:/${kind}/`))
      .map(id => id.slice(`sluice:/${kind}/`.length, -'.json'.length))
    const own = [...this.#plugins.values()].filter(plugin => plugin.kind === kind).map(plugin => plugin.type)
    return [...builtIn, ...own].sort()
  }

  schema(kind: Kind, type: string): { readonly [key: string]: Json } | undefined {
    // Every document is an object: it has an `$id`.
    return this.#documents.get(`sluice:/${kind}/${type}.json`) as { readonly [key: string]: Json } | undefined
  }

  /** True where the type comes from `plugins/`. */
  isPlugin(kind: Kind, type: string): boolean {
    return this.#plugins.has(key(kind, type))
  }

  /** Over the code of all plugins: it changes with any of them. */
  get version(): string {
    return [...this.#plugins.values()].map(plugin => plugin.hash).join()
  }

  /** Over the code of one plugin; undefined for what is built in. */
  versionOf(kind: Kind, type: string): string | undefined {
    return this.#plugins.get(key(kind, type))?.hash
  }

  /** The module of a type that exists, imported on first use. Rejects with PLUGIN where a plugin's code cannot be loaded. */
  load(kind: Kind, type: string): Promise<Definition> {
    const plugin = this.#plugins.get(key(kind, type))
    const name = `${key(kind, type)}@${plugin?.hash ?? ''}`
    const known = this.#loaded.get(name)
    if (known !== undefined) return known
    const loading = plugin === undefined ? builtIn(kind, type) : importPlugin(plugin).then(found => definition(found, kind, type))
    this.#loaded.set(name, loading)
    loading.catch(() => this.#loaded.delete(name))
    return loading
  }

  /** Takes the module hooks away. Idempotent. */
  close(): void {
    this.#unhook()
  }

  /** The very same was admitted before. */
  #has({ kind, type, hash, folder }: Plugin): boolean {
    const known = this.#plugins.get(key(kind, type))
    return known?.hash === hash && known.folder === folder
  }

  async #admit(plugin: Plugin): Promise<Finding | undefined> {
    const at = { severity: 'error', rule: 'plugin', file: `${plugin.folder}/schema.json`, line: 1, column: 1, pointer: '/$id' } as const
    if (this.#builtIn.has(`sluice:/${plugin.kind}/${plugin.type}.json`))
      return {
        ...at,
        message: `the plugin "${plugin.type}" has the name of a built-in ${plugin.kind}`,
        hint: 'give it another name in "$id"',
      }
    try {
      definition(await importPlugin(plugin), plugin.kind, plugin.type)
      return undefined
    } catch (error) {
      return importFinding(plugin, error)
    }
  }
}

const key = (kind: Kind, type: string): string => `${kind}/${type}`

async function builtIn(kind: Kind, type: string): Promise<Definition> {
  if (kind === 'transform') throw new SluiceError('INTERNAL', `there is no plugin "${type}"`)
  return definition(await importBuiltIn(kind, type), kind, type)
}

/** What a module gives by default must be made by the `define…` function of its kind. */
function definition(found: unknown, kind: Kind, type: string): Definition {
  const made = typeof found === 'object' && found !== null && 'kind' in found ? found.kind : undefined
  const fits = kind === 'channel' ? made === 'served' || made === 'consuming' : made === kind
  if (!fits)
    throw new SluiceError('PLUGIN', `the module of ${kind} "${type}" must export by default what the define function of its kind makes`)
  // `kind` tells which member of the union it is; its methods are its author's word, given through the define function's types.
  return found as Definition
}
