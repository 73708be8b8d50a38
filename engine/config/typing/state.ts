import type { Surroundings } from '../../expression/typing/environment.ts'
import { listOf, number, objectOf, type Type, text, unknown } from '../../expression/typing/type.ts'

/** What is known of the message where a step begins. */
export interface State extends Surroundings {
  /** No message comes here: a step before answers or refuses all of them. */
  readonly ended: boolean
}

/** What a block or a verb leaves. */
export interface Outcome {
  readonly body: Type
  /** The body is another one than before. */
  readonly replaced: boolean
  readonly ended: boolean
}

/** The names that are bound always. `params`: the names in the paths of the pipeline's channels. */
export function standing(input: Type, params: readonly string[]): ReadonlyMap<string, Type> {
  return new Map([
    ['input', input],
    ['headers', anything],
    ['query', anything],
    [
      'params',
      params.length === 0
        ? anything
        : objectOf(
            params.map(name => [name, text]),
            'open',
          ),
    ],
    ['last', last],
    ['meta', meta],
    ['error', error],
  ])
}

const anything: Type = objectOf([], unknown)

const last: Type = objectOf([
  ['status', number],
  ['headers', anything],
  ['found', unknown],
])

const meta: Type = objectOf(
  [
    ['id', text],
    ['pipeline', text],
    ['channel', text],
    ['attempt', number],
    ['principal', unknown],
    ['receivedAt', unknown],
  ],
  unknown,
)

const error: Type = objectOf([
  ['code', text],
  ['message', text],
  ['status', number],
  ['step', text],
  ['connector', text],
  ['attempt', number],
  ['violations', listOf(objectOf([], unknown))],
  ['details', unknown],
  ['body', unknown],
  ['cause', unknown],
])

export function withVariable<Known extends Surroundings>(state: Known, name: string, type: Type): Known {
  return { ...state, variables: new Map([...state.variables, [name, type]]) }
}
