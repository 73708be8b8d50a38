/** A format and the media types that it reads and writes: lower-case, `+xml` for every type with that suffix. */
export interface MediaRow {
  readonly type: string
  readonly mediaTypes: readonly string[]
}

/** What may say how a reply is written, first to last. */
export interface ReplyWish {
  /** `content-type` in the reply's headers. */
  readonly contentType?: string | undefined
  /** The channel's `format`. */
  readonly format?: string | undefined
  /** The client's Accept. */
  readonly accept?: string | undefined
  /** The format that was read. */
  readonly read?: string | undefined
}

/**
 * The type of the format that writes a reply: by the first wish that names one of `formats`. A client that accepts none of them gets what was
 * read, or the first of `formats`. `undefined`: the reply's own content type is of no format, and only a text or bytes can be written, as they are.
 */
export function chooseReply({ contentType, format, accept, read }: ReplyWish, formats: readonly MediaRow[]): string | undefined {
  if (contentType !== undefined) return formatOf(contentType, formats)
  if (format !== undefined) return format
  return byAccept(accept, read, formats) ?? read ?? formats[0]?.type
}

/** The type of the format that reads this content type, `undefined` where none does. */
export function formatOf(contentType: string | undefined, formats: readonly MediaRow[]): string | undefined {
  if (contentType === undefined) return undefined
  const mediaType = essence(contentType)
  const suffix = mediaType.slice(mediaType.lastIndexOf('+'))
  const exact = formats.find(({ mediaTypes }) => mediaTypes.includes(mediaType))
  return (exact ?? (suffix.startsWith('+') ? formats.find(({ mediaTypes }) => mediaTypes.includes(suffix)) : undefined))?.type
}

function byAccept(accept: string | undefined, read: string | undefined, formats: readonly MediaRow[]): string | undefined {
  const ranges = accept === undefined ? [] : rangesOf(accept)
  if (ranges.length === 0) return undefined
  let best: { readonly type: string; readonly quality: number } | undefined
  // Of equals, the format that was read wins, then the first of the list.
  const ordered = [...formats.filter(({ type }) => type === read), ...formats.filter(({ type }) => type !== read)]
  for (const row of ordered) {
    const quality = qualityOf(row, ranges)
    if (quality > (best?.quality ?? 0)) best = { type: row.type, quality }
  }
  return best?.type
}

interface Range {
  readonly mediaType: string
  readonly quality: number
}

/** At most 50 ranges are looked at; `q` outside 0 to 1 counts as 0. */
function rangesOf(accept: string): readonly Range[] {
  return accept
    .split(',', 50)
    .map(text => ({ mediaType: essence(text), quality: qualityIn(text) }))
    .filter(({ mediaType }) => mediaType !== '')
}

function qualityIn(text: string): number {
  const said = /;\s*q\s*=\s*([^;\s]*)/i.exec(text)?.[1]
  if (said === undefined) return 1
  return /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(said) ? Number(said) : 0
}

/** RFC 9110, 12.5.1: the most specific range that fits a media type decides; the best of a format's media types counts. */
function qualityOf({ mediaTypes }: MediaRow, ranges: readonly Range[]): number {
  let quality = 0
  for (const mediaType of mediaTypes) {
    const fitting = ranges.map(range => ({ rank: rankOf(range.mediaType, mediaType), ...range })).filter(({ rank }) => rank > 0)
    const decisive = fitting.sort((a, b) => b.rank - a.rank || b.quality - a.quality)[0]
    if (decisive !== undefined) quality = Math.max(quality, decisive.quality)
  }
  return quality
}

/** 3: this very type, or one of this suffix; 2: `type/*`; 1: all; 0: it does not fit. */
function rankOf(range: string, mediaType: string): number {
  if (mediaType.startsWith('+')) return range.endsWith(mediaType) ? 3 : 0
  if (range === mediaType) return 3
  if (range === '*/*') return 1
  return range.endsWith('/*') && mediaType.startsWith(range.slice(0, -1)) ? 2 : 0
}

const essence = (contentType: string): string => (contentType.split(';', 1)[0] ?? '').trim().toLowerCase()
