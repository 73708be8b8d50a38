import type { Kind } from '../core/model.ts'

/** Where the module of a built-in component lives: by convention, so that nobody edits a list. */
const places: Readonly<Record<Exclude<Kind, 'transform'>, (type: string) => string>> = {
  channel: type => `../adapters/${type}/channel`,
  connector: type => `../adapters/${type}/connector`,
  format: type => `../formats/${type}`,
  security: type => `../security/methods/${type}`,
  step: type => `../compile/steps/${type}`,
}

/** `.ts` in a checkout, `.js` in the published package. */
const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'))

/** Imports it the first time that a configuration uses it; a client library that nobody uses is never loaded. */
export async function importBuiltIn(kind: Exclude<Kind, 'transform'>, type: string): Promise<unknown> {
  const module: { readonly default?: unknown } = await import(new URL(`${places[kind](type)}${extension}`, import.meta.url).href)
  return module.default
}
