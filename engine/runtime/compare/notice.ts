/** Something that clients will notice of a change. */
export interface Notice {
  /** What works for them now will not work any more. */
  readonly breaking: boolean
  /** The id of what it is about. */
  readonly subject: string
  /** A sentence without a full stop. */
  readonly text: string
}
