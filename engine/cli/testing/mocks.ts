import { Buffer } from 'node:buffer'
import type { LiveConnector } from '../../compile/revision.ts'
import type { Operation } from '../../core/component.ts'
import { type Code, codes, SluiceError } from '../../core/errors.ts'
import type { Body, Json } from '../../core/message.ts'
import type { ConnectorModel } from '../../core/model.ts'
import { Secret } from '../../core/secret.ts'
import type { Mock } from './cases.ts'

/** Every connector of a model, answering from the mocks of the scenario at hand, and remembering what was asked. */
export interface Mocks {
  readonly connectors: ReadonlyMap<string, LiveConnector>
  /** Begins a scenario: other answers, nothing asked yet. */
  begin(answers: Readonly<Record<string, readonly Mock[]>>): void
  /** The arguments of every call since the last time, by `connector.operation`. */
  take(): ReadonlyMap<string, readonly Json[]>
}

export function mockConnectors(models: Iterable<ConnectorModel>, operationsOf: (type: string) => readonly string[]): Mocks {
  let answers: Readonly<Record<string, readonly Mock[]>> = {}
  let used = new Map<string, number>()
  let calls = new Map<string, Json[]>()

  const operation =
    (name: string): Operation<unknown> =>
    async args => {
      const list = Object.hasOwn(answers, name) ? answers[name] : undefined
      const at = used.get(name) ?? 0
      const answer = list?.length === 1 ? list[0] : list?.[at]
      used.set(name, at + 1)
      calls.set(name, [...(calls.get(name) ?? []), argument(args)])
      if (answer === undefined)
        throw new SluiceError('INTERNAL', list === undefined ? `${name} has no mock` : `${name} has mocks for ${list.length} calls only`)
      if (answer.fails !== undefined) throw failure(name, answer.fails)
      return { body: answer.returns, found: answer.returns !== undefined }
    }

  const live = (model: ConnectorModel): LiveConnector => {
    const operations = Object.fromEntries(operationsOf(model.type).map(name => [name, operation(`${model.name}.${name}`)]))
    return { model, connector: { operations, client: undefined } }
  }

  return {
    connectors: new Map([...models].map(model => [model.name, live(model)])),
    begin(next) {
      answers = next
      used = new Map()
      calls = new Map()
    },
    take() {
      const taken = calls
      calls = new Map()
      return taken
    },
  }
}

function failure(name: string, { code, status, body }: NonNullable<Mock['fails']>): SluiceError {
  const known = code !== undefined && Object.hasOwn(codes, code) ? (code as Code) : 'UPSTREAM_REFUSED'
  const answer = status === undefined ? {} : { answer: { status, body: json(body) } }
  return new SluiceError(known, `calling ${name}`, answer)
}

/** An argument as the test names it: what was rendered to bytes as the value it came from. */
function argument(value: unknown): Json {
  if (value instanceof Secret) return value.toString()
  if (Array.isArray(value)) return value.map(argument)
  if (typeof value !== 'object' || value === null) return (value ?? null) as Json
  if ('bytes' in value && value.bytes instanceof Uint8Array) return rendered(value.bytes)
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, argument(part)]))
}

function rendered(bytes: Uint8Array): Json {
  const text = Buffer.from(bytes).toString()
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const json = (body: Body): Json | undefined => (body instanceof Uint8Array || body instanceof Blob ? undefined : body)
