import type {
  ConnectorDefinition,
  ConsumingChannel,
  Definition,
  FormatDefinition,
  SecurityDefinition,
  ServedChannel,
  TransformDefinition,
} from './component.ts'

/** A definition by its kind, as whoever sets it up knows it. */
interface Narrowed {
  readonly served: ServedChannel<unknown>
  readonly consuming: ConsumingChannel<unknown, unknown>
  readonly connector: ConnectorDefinition<unknown, Record<string, unknown>, unknown>
  readonly format: FormatDefinition<unknown>
  readonly transform: TransformDefinition<unknown>
  readonly security: SecurityDefinition<unknown>
}

/** The definition as what its kind says it is; undefined where it is of another kind. */
export const narrow = <Name extends keyof Narrowed>(definition: Definition | undefined, kind: Name): Narrowed[Name] | undefined =>
  // A definition takes what its own schema admits, and that is what every configuration was checked against: hence `unknown` for it.
  definition?.kind === kind ? (definition as unknown as Narrowed[Name]) : undefined
