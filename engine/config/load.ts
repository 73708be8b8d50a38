import { type Finding, isError } from '../core/finding.ts'
import type { Model } from '../core/model.ts'
import type { CompileOptions as ExpressionOptions } from '../expression/expression.ts'
import type { Registry } from '../registry/registry.ts'
import { BuiltInSchemas } from '../schema/built-in.ts'
import { checkComponents } from './check-components.ts'
import { declare } from './declarations.ts'
import { compileExpressions } from './expressions.ts'
import { frameDocuments } from './frame-documents.ts'
import { freeze, freezeListeners } from './freeze.ts'
import { openFreezing } from './freeze-value.ts'
import { freezeTests, type LoadedTest } from './loaded-test.ts'
import { readMessageSchemas } from './message-schema.ts'
import { parseFiles } from './parse-files.ts'
import { rules } from './rules.ts'
import { openCatalogue } from './schema-of.ts'
import { inOrder } from './sort-findings.ts'
import { readFolder } from './source.ts'
import { type StepTypes, typePipelines } from './typing/flow.ts'
import { validateDocuments } from './validate.ts'

export interface LoadOptions {
  readonly folder: string
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
  /** What is known of the message at every step. */
  readonly types: readonly StepTypes[]
}

/** A folder of YAML to a model, with all that is to be said about it. Never rejects for what stands in the folder. */
export async function load(options: LoadOptions): Promise<Loaded> {
  const { registry } = options
  const catalogue = openCatalogue(registry)
  const schemas = options.schemas?.(registry.documents) ?? new BuiltInSchemas(registry.documents)
  const source = await readFolder(options.folder)
  const parsed = parseFiles(source.value)
  const framed = frameDocuments(parsed.value, catalogue, options.environment)
  const invalid = validateDocuments(framed.value, { catalogue, schemas })
  const declared = declare(framed.value.configurations)
  const messages = readMessageSchemas(declared.value.schemas)
  const expressions = compileExpressions(declared.value.pipelines, options.ambient)
  const so = [registry, source, parsed, framed, declared, messages, expressions].flatMap(stage => stage.findings).concat(invalid)
  const context = openFreezing({ catalogue, templates: expressions.value, schemas: declared.value.schemas })
  const components = await checkComponents(declared.value, so, registry, context)
  const project = {
    catalogue,
    declarations: declared.value,
    tests: framed.value.tests,
    incomplete: parsed.value.incomplete,
    messageSchemas: messages.value,
    templates: expressions.value,
    listeners: freezeListeners(declared.value.listeners, options.listen, context),
    version: registry.versionOf.bind(registry),
    ...components.value,
  }
  const typed = typePipelines(project)
  const types = typed.value
  const findings = inOrder([...so, ...components.findings, ...rules.flatMap(rule => rule(project)), ...typed.findings])
  if (findings.some(isError)) return { model: undefined, findings, tests: [], types }
  return { model: freeze(project, context), findings, tests: freezeTests(framed.value.tests, context), types }
}
