/**
 * How a change of a schema looks from the side of a client: what it sends, or what it gets. What it sends must still be taken, so nothing may
 * become narrower; what it gets must be what it could get before, so nothing may become wider.
 */
export interface Side {
  readonly noun: 'input' | 'reply'
  readonly breaks: (change: { readonly narrower: boolean; readonly wider: boolean }) => boolean
  readonly required: string
  readonly optional: string
  /** Of a field that the schema names no more. */
  readonly gone: { readonly text: string; readonly breaking: boolean }
  readonly refused: { readonly text: string; readonly breaking: boolean }
  readonly closed: { readonly text: string; readonly breaking: boolean }
  readonly opened: { readonly text: string; readonly breaking: boolean }
  readonly fewer: (values: string) => string
  readonly more: (values: string) => string
  readonly only: (values: string) => string
  readonly any: string
  /** A field with a default may be left out by who sends it, and is there for who gets it. */
  readonly fillsDefaults: boolean
}

export const inputSide: Side = {
  noun: 'input',
  breaks: ({ narrower }) => narrower,
  required: ' is required now',
  optional: ' may be left out now',
  gone: { text: ' is gone', breaking: false },
  refused: { text: ' is refused now', breaking: true },
  closed: { text: ' refuses other fields now', breaking: true },
  opened: { text: ' takes other fields now', breaking: false },
  fewer: values => ` no longer takes ${values}`,
  more: values => ` takes ${values}, too`,
  only: values => ` takes only ${values} now`,
  any: ' takes other values now',
  fillsDefaults: true,
}

export const replySide: Side = {
  noun: 'reply',
  breaks: ({ wider }) => wider,
  required: ' is always there now',
  optional: ' may be missing now',
  gone: { text: ' is gone', breaking: true },
  refused: { text: ' is gone', breaking: true },
  closed: { text: ' has no other fields now', breaking: false },
  opened: { text: ' may have other fields now', breaking: false },
  fewer: values => ` is never ${values} any more`,
  more: values => ` may be ${values}, too`,
  only: values => ` is only ${values} now`,
  any: ' may be other values now',
  fillsDefaults: false,
}
