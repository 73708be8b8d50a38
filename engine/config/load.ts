import { type Finding, isError, type Staged } from '../core/finding.ts'
import type { Model } from '../core/model.ts'
import { inSlices } from '../core/slices.ts'
import type { CompileOptions as ExpressionOptions } from '../expression/expression.ts'
import type { Registry } from '../registry/registry.ts'
import { BuiltInSchemas } from '../schema/built-in.ts'
import { checkComponents } from './check-components.ts'
import { declare } from './declarations.ts'
import { applyDefaults } from './defaults.ts'
import type { Documents } from './document.ts'
import { compileExpressions } from './expressions.ts'
import { frameDocuments } from './frame-documents.ts'
import type { Framed } from './framed.ts'
import { freeze, freezeListeners } from './freeze.ts'
import { type Freezing, openFreezing } from './freeze-value.ts'
import { freezeTests, type LoadedTest } from './loaded-test.ts'
import { Memory } from './memory.ts'
import { readMessageSchemas } from './message-schema.ts'
import { overlay } from './overlays.ts'
import { parseFiles } from './parse-files.ts'
import type { Project } from './project.ts'
import { checkRules } from './rules.ts'
import { type Catalogue, openCatalogue } from './schema-of.ts'
import type { Snapshot } from './snapshot.ts'
import { inOrder } from './sort-findings.ts'
import { openSources, type Source } from './source.ts'
import type { StepTypes } from './typing/flow.ts'
import { typePipelines } from './typing/pipelines.ts'
import { validateDocuments } from './validate.ts'

export interface LoadOptions {
  /** One folder; of several, each is an overlay on those before it. */
  readonly folder: string | readonly string[]
  /** The text of an earlier load, to take the place of what is in the folder now. */
  readonly kept?: Snapshot | undefined
  /** Variables for `${NAME}`. */
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly registry: Registry
  /** What is kept from load to load, so that one costs what changed since the one before; by default nothing. */
  readonly memory?: Memory | undefined
  /** The compiled schemas of the registry's documents, where they are kept from load to load. */
  readonly schemas?: ((documents: Registry['documents']) => BuiltInSchemas) | undefined
  /** Where the listener `public` listens, unless the configuration declares it. */
  readonly listen: { readonly host: string; readonly port: number }
  /** What `$now()`, `$millis()` and `$uuid()` read; the system's unless a test says otherwise. */
  readonly ambient?: ExpressionOptions['ambient']
}

export interface Loaded {
  /** Absent where any finding is an error. */
  readonly model: Model | undefined
  readonly findings: readonly Finding[]
  readonly tests: readonly LoadedTest[]
  /** The documents of the configuration, overlaid and filled with defaults, as they were laid beside their schemas. */
  readonly documents: readonly Framed[]
  /** What is known of the message at every step. */
  readonly types: readonly StepTypes[]
  /** The text that it was made of. */
  readonly snapshot: Snapshot
  /** Digests of the files that were read or looked for, by absolute path: what a watch waits for. */
  readonly digests: ReadonlyMap<string, string>
}

/** A folder of YAML, or several, to a model, with all that is to be said about it. Never rejects for what stands in the folder. */
export async function load(options: LoadOptions): Promise<Loaded> {
  const { registry, environment, memory = new Memory() } = options
  const catalogue = memory.within(catalogueOf, registry.documents, { registry })
  const schemas = options.schemas?.(registry.documents) ?? new BuiltInSchemas(registry.documents)
  const sources = openSources(memory, options.kept)
  const read: Staged<Source>[] = []
  for (const folder of [options.folder].flat()) read.push(await sources.folder(folder))
  const parsed: Staged<Documents>[] = []
  for (const source of read) parsed.push(await inSlices(parseFiles(source.value, memory)))
  const overlaid = overlay(
    parsed.map(({ value }) => value),
    catalogue,
    memory,
  )
  const completed = applyDefaults(overlaid.value, catalogue, memory)
  const variable = (name: string): string | undefined => (Object.hasOwn(environment, name) ? environment[name] : undefined)
  const framed = await inSlices(frameDocuments(completed.value, { catalogue, memory, variable, secret: path => sources.secret(path) }))
  const invalid = await inSlices(validateDocuments(framed.value, { catalogue, schemas }, memory))
  const declared = declare(framed.value.configurations)
  const messages = readMessageSchemas(declared.value.schemas, sources, memory)
  const expressions = await inSlices(compileExpressions(declared.value.pipelines, options.ambient ?? ambient, memory))
  const so = [registry, ...read, ...parsed, overlaid, completed, framed, declared, messages, expressions]
    .flatMap(stage => stage.findings)
    .concat(invalid)
  const freezing: Freezing = {
    catalogue,
    template: scalar => expressions.value.get(scalar),
    declared: name => declared.value.schemas.has(name),
    defaults: memory.of(noDefaults, catalogue),
  }
  const components = await checkComponents(declared.value, so, registry, { freezing, memory })
  const project: Project = {
    memory,
    catalogue,
    declarations: declared.value,
    tests: framed.value.tests,
    incomplete: overlaid.value.incomplete,
    messageSchemas: messages.value,
    templates: expressions.value,
    trees: expressions.trees,
    listeners: freezeListeners(declared.value.listeners, options.listen, openFreezing(freezing)),
    version: registry.versionOf.bind(registry),
    ...components.value,
  }
  const typed = await inSlices(typePipelines(project))
  const types = typed.value
  const findings = inOrder([...so, ...components.findings, ...(await inSlices(checkRules(project))), ...typed.findings])
  const loaded = { documents: framed.value.configurations, findings, types, snapshot: sources.snapshot(), digests: sources.digests }
  const sound = !findings.some(isError)
  const model = sound ? await inSlices(freeze(project, freezing)) : undefined
  const tests = sound ? freezeTests(framed.value.tests, openFreezing(freezing)) : []
  memory.turn()
  return { model, tests, ...loaded }
}

const catalogueOf = (_: Registry['documents'], { registry }: { readonly registry: Registry }): Catalogue => openCatalogue(registry)
const noDefaults = (): Freezing['defaults'] => new Map()
const ambient = {}
