import type { Definition, Format } from '../core/component.ts'
import type { Component } from '../core/model.ts'
import { chooseReply, formatOf, type MediaRow, type ReplyWish } from '../formats/negotiate.ts'
import { formatDefinition } from './definitions.ts'
import type { CompileOptions } from './options.ts'

/** A format as it is set up somewhere. */
export interface NamedFormat {
  readonly type: string
  /** The same for formats that are set up the same way. */
  readonly key: string
  readonly format: Format
  /** The first media type that it reads. */
  readonly mediaType: string
  /** Text becomes the type that a schema names. */
  readonly coerce: boolean
}

/** Every format there is: as a configuration sets one up, and as its defaults do. */
export interface Formats {
  /** The modules of all of them. */
  readonly definitions: readonly Definition[]
  /** Of a `format` that a configuration says. */
  of(component: Component): NamedFormat
  /** By its defaults. */
  byType(type: string): NamedFormat
  /** What reads this content type; undefined where nothing does. */
  byContentType(contentType: string | undefined): NamedFormat | undefined
  /** The type of what writes a reply, by the first wish that names one; undefined where the reply's own content type is of no format. */
  choose(wish: ReplyWish): string | undefined
}

export function createFormats(options: Pick<CompileOptions, 'definitions' | 'schemas'>): Formats {
  const { schemas } = options
  const types = schemas.ids.flatMap(id => /^sluice:\/format\/(.*)\.json$/.exec(id)?.[1] ?? []).sort(jsonFirst)
  const byDefault = new Map<string, NamedFormat>()
  const rows: readonly MediaRow[] = types.map(type => ({ type, mediaTypes: formatDefinition(type, options).mediaTypes }))

  const set = (type: string, config: unknown): NamedFormat => {
    const { create, mediaTypes } = formatDefinition(type, options)
    const key = `${type} ${JSON.stringify(config)}`
    return { type, key, format: create(config), mediaType: mediaTypes[0] ?? 'application/octet-stream', coerce: !turnsOff(config) }
  }
  const byType = (type: string): NamedFormat => {
    const known = byDefault.get(type)
    if (known !== undefined) return known
    const made = set(type, schemas.convert(`sluice:/format/${type}.json`, {}))
    byDefault.set(type, made)
    return made
  }
  return {
    definitions: types.map(type => options.definitions('format', type)),
    of: ({ type, config }) => set(type, config),
    byType,
    byContentType: contentType => {
      const type = formatOf(contentType, rows)
      return type === undefined ? undefined : byType(type)
    },
    choose: wish => chooseReply(wish, rows),
  }
}

/** The first is what a client gets that has no wish. */
const jsonFirst = (a: string, b: string): number => Number(b === 'json') - Number(a === 'json') || a.localeCompare(b)

const turnsOff = (config: unknown): boolean =>
  typeof config === 'object' && config !== null && 'coerce' in config && config.coerce === false
