import { type Finding, isError, type Staged } from '../core/finding.ts'
import type { Model } from '../core/model.ts'
import type { CompileOptions as ExpressionOptions } from '../expression/expression.ts'
import type { Registry } from '../registry/registry.ts'
import { BuiltInSchemas } from '../schema/built-in.ts'
import { checkComponents } from './check-components.ts'
import { declare } from './declarations.ts'
import { applyDefaults } from './defaults.ts'
import { compileExpressions } from './expressions.ts'
import { frameDocuments } from './frame-documents.ts'
import type { Framed } from './framed.ts'
import { freeze, freezeListeners } from './freeze.ts'
import { openFreezing } from './freeze-value.ts'
import { freezeTests, type LoadedTest } from './loaded-test.ts'
import { readMessageSchemas } from './message-schema.ts'
import { overlay } from './overlays.ts'
import { parseFiles } from './parse-files.ts'
import type { SourceFile } from './position.ts'
import { rules } from './rules.ts'
import { openCatalogue } from './schema-of.ts'
import type { Snapshot } from './snapshot.ts'
import { inOrder } from './sort-findings.ts'
import { openSources, type Source, type Sources } from './source.ts'
import type { Outside } from './substitute.ts'
import { type StepTypes, typePipelines } from './typing/flow.ts'
import { validateDocuments } from './validate.ts'

export interface LoadOptions {
  /** One folder; of several, each is an overlay on those before it. */
  readonly folder: string | readonly string[]
  /** The text of an earlier load, to take the place of what is in the folder now. */
  readonly kept?: Snapshot | undefined
  /** Variables for `${NAME}`. */
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly registry: Registry
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
  const { registry } = options
  const catalogue = openCatalogue(registry)
  const schemas = options.schemas?.(registry.documents) ?? new BuiltInSchemas(registry.documents)
  const sources = openSources(options.kept)
  const read: Staged<Source>[] = []
  for (const folder of [options.folder].flat()) read.push(await sources.folder(folder))
  const parsed = read.map(source => parseFiles(source.value))
  const overlaid = overlay(
    parsed.map(({ value }) => value),
    catalogue,
  )
  const completed = applyDefaults(overlaid.value, catalogue)
  const framed = frameDocuments(completed.value, catalogue, file => outside(file, sources, options.environment))
  const invalid = validateDocuments(framed.value, { catalogue, schemas })
  const declared = declare(framed.value.configurations)
  const messages = readMessageSchemas(declared.value.schemas, sources)
  const expressions = compileExpressions(declared.value.pipelines, options.ambient)
  const so = [registry, ...read, ...parsed, overlaid, completed, framed, declared, messages, expressions]
    .flatMap(stage => stage.findings)
    .concat(invalid)
  const context = openFreezing({ catalogue, templates: expressions.value, schemas: declared.value.schemas })
  const components = await checkComponents(declared.value, so, registry, context)
  const project = {
    catalogue,
    declarations: declared.value,
    tests: framed.value.tests,
    incomplete: overlaid.value.incomplete,
    messageSchemas: messages.value,
    templates: expressions.value,
    trees: expressions.trees,
    listeners: freezeListeners(declared.value.listeners, options.listen, context),
    version: registry.versionOf.bind(registry),
    ...components.value,
  }
  const typed = typePipelines(project)
  const types = typed.value
  const findings = inOrder([...so, ...components.findings, ...rules.flatMap(rule => rule(project)), ...typed.findings])
  const loaded = { documents: framed.value.configurations, findings, types, snapshot: sources.snapshot(), digests: sources.digests }
  if (findings.some(isError)) return { model: undefined, tests: [], ...loaded }
  return { model: freeze(project, context), tests: freezeTests(framed.value.tests, context), ...loaded }
}

const outside = (file: SourceFile, sources: Sources, environment: LoadOptions['environment']): Outside => ({
  variable: name => (Object.hasOwn(environment, name) ? environment[name] : undefined),
  file: path => sources.secret(file, path),
})
