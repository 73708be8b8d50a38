import type { Node } from './node.ts'
import type { SourceFile } from './position.ts'

export interface Documents {
  readonly documents: readonly Document[]
  /** Some file is missing here: what it declares is not known. */
  readonly incomplete: boolean
}
export interface Document {
  readonly file: SourceFile
  readonly root: Node
}

export const isTest = ({ file }: Document): boolean => file.path.endsWith('.test.yaml')
