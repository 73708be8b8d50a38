/** A place in a configuration file. Lines and columns count from 1; `pointer` is a JSON Pointer into that document. */
export interface Where {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly pointer: string
}

/** Something to say about configuration: what is wrong, where, and the text to write. Collected, never thrown. */
export interface Finding extends Where {
  readonly severity: 'error' | 'warning'
  /** The name of the rule, kebab-case; `sluice explain <rule>` shows its page. */
  readonly rule: string
  /** Lower-case, without a full stop. */
  readonly message: string
  readonly hint?: string | undefined
  /** The other end of a cross reference. */
  readonly related?: readonly { readonly where: Where; readonly text: string }[]
}

/** What a stage of loading gives: its value, and all it has to say. A stage goes on after an error as far as it can. */
export interface Staged<Value> {
  readonly value: Value
  readonly findings: readonly Finding[]
}

export const isError = (finding: Finding): boolean => finding.severity === 'error'
