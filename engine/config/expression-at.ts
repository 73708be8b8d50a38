import type { Where } from '../core/finding.ts'
import type { FramedScalar, TemplatePart } from './framed.ts'
import { locate } from './position.ts'
import { scalarOffset } from './scalar-offset.ts'

/** Where an offset of an expression's source is in its file, wherever quotes and indentation stand between. */
export function expressionAt({ place, node }: FramedScalar, piece: Exclude<TemplatePart, string>, offset: number): Where {
  // at the end of the source the parser missed something before the braces that close: they are what stands there
  const blanks =
    offset < piece.source.length
      ? 0
      : String(node.value)
          .slice(piece.offset + offset)
          .search(/\S|$/)
  return locate(place.file, scalarOffset(place.file.text, node, piece.offset + offset + blanks), place.pointer)
}
