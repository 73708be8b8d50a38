import type { Model, StepModel } from '../core/model.ts'
import { findStep } from './find-step.ts'
import { isStep } from './is-step.ts'
import type { CompileOptions } from './options.ts'

/** The author's codes that a pipeline can fail with: its own `fail` steps', and those of pipelines that it invokes. Sorted. */
export function failuresOf(pipeline: string, options: CompileOptions): readonly string[] {
  const codes = new Set<string>()
  collect(pipeline, { options, codes, entered: new Set() })
  return [...codes].sort((a, b) => a.localeCompare(b))
}

interface Search {
  readonly options: CompileOptions
  readonly codes: Set<string>
  readonly entered: Set<string>
}

function collect(pipeline: string, search: Search): void {
  const { model }: { readonly model: Model } = search.options
  const found = model.pipelines.get(pipeline)
  if (found === undefined || search.entered.has(pipeline)) return
  search.entered.add(pipeline)
  visit([found.steps, found.catch, found.finally], search)
}

function visit(value: unknown, search: Search): void {
  if (typeof value !== 'object' || value === null) return
  if (Array.isArray(value)) for (const item of value) visit(item, search)
  else if (Object.getPrototypeOf(value) === Object.prototype) {
    if (isStep(value)) note(value, search)
    for (const part of Object.values(value)) visit(part, search)
  }
}

function note(step: StepModel, search: Search): void {
  const { fails } = findStep(step.type, search.options)
  if (fails === undefined) return
  const { code, pipeline } = fails(step)
  if (code !== undefined) search.codes.add(code)
  if (pipeline !== undefined) collect(pipeline, search)
}
