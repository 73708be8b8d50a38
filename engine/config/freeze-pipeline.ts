import type { PipelineConfig, StepModifiers } from '../core/config.gen.ts'
import type { Json } from '../core/message.ts'
import type { CatchModel, ChannelModel, PipelineModel, StepModel } from '../core/model.ts'
import { fingerprint } from './fingerprint.ts'
import { entryOf, type Framed, type FramedComponent, type FramedMap, whereKey, whereOf } from './framed.ts'
import { type FreezeContext, type Freezing, freezeMap, freezeValue, openFreezing } from './freeze-value.ts'
import { messageSchema, messageSchemasIn, namesIn } from './message-schema.ts'
import { referencesIn } from './references.ts'
import { stepIds } from './step-ids.ts'

/** What freezing a pipeline asks about. */
interface Around extends Freezing {
  readonly name: string
  readonly channel: (framed: FramedComponent) => ChannelModel | undefined
  /** Over the code of a plugin. */
  readonly version: (plugin: string) => string | undefined
  /** The schema of this name under `schemas:`. */
  readonly schema: (name: string) => Json | undefined
}

/** One pipeline as it is compiled. */
export function freezePipeline(pipeline: FramedMap, around: Around): PipelineModel {
  const { name } = around
  const ids = stepIds(pipeline)
  const alike = openFreezing(around)
  const context: FreezeContext = {
    ...alike,
    component: framed => {
      if (framed.component === 'step') return freezeStep(framed, ids.get(framed) ?? '', context)
      return around.channel(framed) ?? alike.component(framed)
    },
  }
  // checked against schemas/pipeline.json, which the type is generated from; its channels are living ones
  const config = freezeMap(pipeline, context) as Omit<PipelineConfig, 'channels'> & { readonly channels: readonly ChannelModel[] }
  return Object.freeze({
    ...config,
    name,
    catch: freezeCatch(entryOf(pipeline, 'catch'), context),
    finally: config.finally ?? none,
    hash: hashOf(pipeline, config.channels, around),
    where: whereKey(pipeline),
  })
}

const none = Object.freeze([])

function freezeStep(step: FramedComponent, id: string, context: FreezeContext): StepModel {
  const { type, config, modifiers } = step
  // checked against schemas/step.json, which the type is generated from
  const { name: _, ...beside } = freezeMap(modifiers, context) as StepModifiers
  const guards = { catch: freezeCatch(entryOf(modifiers, 'catch'), context), finally: beside.finally ?? none }
  return Object.freeze({ kind: 'step', type, config: freezeValue(config, context), where: whereKey(step), id, ...beside, ...guards })
}

function freezeCatch(list: Framed | undefined, context: FreezeContext): readonly CatchModel[] {
  if (list?.kind !== 'list') return none
  const caught = list.items
    .filter(item => item.kind === 'map')
    .map(item => {
      // checked against schemas/common/catch.json, which says these three
      const { on, when, steps } = freezeMap(item, context) as Pick<CatchModel, 'on' | 'when' | 'steps'>
      return Object.freeze({ on, when, steps, where: whereOf(item) })
    })
  return Object.freeze(caught)
}

/** Over all that it is compiled from: its own text, its channels, the schemas it names, the code of its plugins. */
function hashOf(pipeline: FramedMap, channels: readonly ChannelModel[], { name, version, declared, schema }: Around): string {
  const plugins = referencesIn(pipeline)
    .filter(({ to }) => to === 'plugin')
    .map(({ name: plugin }) => version(plugin))
  const schemas = [...new Set(messageSchemasIn(pipeline).flatMap(framed => named(messageSchema(framed, declared), schema)))]
  return fingerprint(name, pipeline, ...channels.map(({ hash }) => hash), ...plugins, ...schemas)
}

/** The texts of the schemas under `schemas:` that one refers to, directly or through others. */
function named(schema: Json, find: Around['schema'], seen = new Set<string>()): readonly string[] {
  return namesIn(schema).flatMap(name => {
    const target = find(name)
    if (target === undefined || seen.has(name)) return []
    seen.add(name)
    return [JSON.stringify(target), ...named(target, find, seen)]
  })
}
