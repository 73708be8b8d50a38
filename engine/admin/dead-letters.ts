import { SluiceError } from '../core/errors.ts'
import type { Json } from '../core/message.ts'
import type { DeadLetter } from '../durable/dead-letters.ts'
import type { StoredMessage } from '../durable/stored-message.ts'
import type { DeadGroup, Selection } from '../runtime/dead-letter-desk.ts'
import { answered } from './answered.ts'
import type { AdminRequest, AdminRoute } from './route.ts'

/** A dead letter as it is listed. Instants are ISO 8601 in UTC. */
export interface LetterBody extends Omit<DeadLetter, 'original' | 'diedAt' | 'expires' | 'version' | 'sequence' | 'via'> {
  readonly correlation: string
  readonly diedAt: string
  readonly receivedAt: string
  readonly expires?: string | undefined
}

/** With what came in. */
export interface LetterDetail extends LetterBody {
  readonly contentType?: string | undefined
  readonly headers: Json
  readonly source: Json
  readonly principal?: string | undefined
  /** The whole body: text where it is text, else base64. */
  readonly body: string
  readonly encoding: 'text' | 'base64'
}

export interface GroupBody extends Omit<DeadGroup, 'first' | 'last' | 'newest'> {
  readonly first: string
  readonly last: string
  readonly newest: readonly LetterBody[]
}

/** Letters, and where to go on: absent where there are no more. */
export interface PageBody {
  readonly letters: readonly LetterBody[]
  readonly next?: number | undefined
}

export const deadLetterRoutes: readonly AdminRoute[] = [
  {
    method: 'GET',
    path: '/dead',
    summary: 'The dead letters by pipeline and code, with the newest of each; `?pipeline=` and `?code=` narrow it.',
    acts: false,
    probe: false,
    answer: (runtime, { query }) => answered(async () => (await runtime.deadLetters.groups(selected(query))).map(groupBody)),
  },
  {
    method: 'GET',
    path: '/dead/letters',
    summary: 'Dead letters, the newest first, or those beyond `?after=`; narrowed as above.',
    acts: false,
    probe: false,
    answer: (runtime, { query }) =>
      answered(async (): Promise<PageBody> => {
        const letters = await runtime.deadLetters.page(selected(query), query.after === undefined ? undefined : Number(query.after))
        return { letters: letters.map(letterBody), next: letters.at(-1)?.sequence }
      }),
  },
  {
    method: 'GET',
    path: '/dead/letters/:id',
    summary: 'One dead letter, with its body.',
    acts: false,
    probe: false,
    answer: (runtime, { params }) => answered(async () => detail(await runtime.deadLetters.show(params.id ?? ''))),
  },
  {
    method: 'POST',
    path: '/dead/replay',
    summary: 'Puts dead letters onto the queues of their pipelines, to run again: `{ id }`, `{ pipeline, code }`, or `{ all: true }`.',
    acts: true,
    probe: false,
    answer: (runtime, { body }) => answered(() => runtime.deadLetters.replay(named(body))),
  },
  {
    method: 'POST',
    path: '/dead/drop',
    summary: 'Takes dead letters away for good: `{ id }`, `{ pipeline, code }`, or `{ all: true }`.',
    acts: true,
    probe: false,
    answer: (runtime, { body }) => answered(() => runtime.deadLetters.drop(named(body))),
  },
]

const selected = ({ pipeline, code }: AdminRequest['query']): Selection => ({ pipeline, code })

/** What is to be changed must be said: nothing is not everything. */
function named(body: Json | undefined): Selection {
  const given = typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as { readonly [key: string]: Json }) : {}
  const text = (name: string): string | undefined => (typeof given[name] === 'string' ? given[name] : undefined)
  const selection = { id: text('id'), pipeline: text('pipeline'), code: text('code') }
  const isNamed = Object.values(selection).some(one => one !== undefined)
  if (isNamed === (given['all'] === true)) throw new SluiceError('BAD_REQUEST', 'name an id, a pipeline or a code, or say all: true')
  return selection
}

const groupBody = ({ newest, ...group }: DeadGroup): GroupBody => ({
  ...group,
  first: instant(group.first),
  last: instant(group.last),
  newest: newest.map(letterBody),
})

function letterBody({ original, diedAt, expires, version: _, sequence: __, via: ___, ...letter }: DeadLetter): LetterBody {
  return {
    ...letter,
    correlation: original.id,
    diedAt: instant(diedAt),
    receivedAt: instant(original.receivedAt),
    expires: expires === undefined ? undefined : instant(expires),
  }
}

function detail({ letter, message }: { readonly letter: DeadLetter; readonly message: StoredMessage }): LetterDetail {
  const { headers, source, contentType, principal } = message.head
  const bytes = Buffer.from(message.body)
  const isText = Buffer.from(bytes.toString('utf8'), 'utf8').equals(bytes)
  return {
    ...letterBody(letter),
    contentType,
    headers,
    // What a source knows is JSON, and what is undefined in it is left out.
    source: source as Json,
    principal: principal?.name,
    body: bytes.toString(isText ? 'utf8' : 'base64'),
    encoding: isText ? 'text' : 'base64',
  }
}

const instant = (ms: number): string => new Date(ms).toISOString()
