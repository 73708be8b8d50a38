import type { Definition } from '../core/component.ts'
import { SluiceError } from '../core/errors.ts'
import type { Kind, Model } from '../core/model.ts'
import type { Registry } from '../registry/registry.ts'

export type Definitions = (kind: Kind, type: string) => Definition

/** While a change is made: what it takes away is known until it is gone. */
export const during =
  (next: Definitions, before: Definitions): Definitions =>
  (kind, type) => {
    try {
      return next(kind, type)
    } catch {
      return before(kind, type)
    }
  }

/** Imports the module of every component that a model uses, and every format: a client may send any of them. */
export async function loadDefinitions(model: Model, registry: Registry): Promise<Definitions> {
  const wanted = new Map<string, readonly [Kind, string]>()
  for (const type of registry.types('format')) want('format', type)
  for (const name of model.plugins) want('transform', name)
  visit([...model.connectors.values(), ...model.security.values(), ...model.pipelines.values()])
  const loaded = new Map<string, Definition>()
  await Promise.all([...wanted].map(async ([key, [kind, type]]) => loaded.set(key, await registry.load(kind, type))))

  return (kind, type) => {
    const definition = loaded.get(`${kind}/${type}`)
    if (definition === undefined) throw new SluiceError('INTERNAL', `the ${kind} "${type}" is not loaded`)
    return definition
  }

  function want(kind: Kind, type: string): void {
    wanted.set(`${kind}/${type}`, [kind, type])
  }
  function visit(value: unknown): void {
    if (typeof value !== 'object' || value === null) return
    if (Array.isArray(value)) {
      for (const item of value) visit(item)
      return
    }
    if (Object.getPrototypeOf(value) !== Object.prototype) return
    if ('kind' in value && 'type' in value && 'where' in value) want(value.kind as Kind, String(value.type))
    for (const part of Object.values(value)) visit(part)
  }
}
