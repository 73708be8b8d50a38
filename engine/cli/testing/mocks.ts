import type { LiveConnector } from '../../compile/revision.ts'
import type { Operation } from '../../core/component.ts'
import { type Code, codes, SluiceError } from '../../core/errors.ts'
import type { Body, Json } from '../../core/message.ts'
import type { ConnectorModel } from '../../core/model.ts'
import { calledArguments } from './called-arguments.ts'
import type { Mock } from './cases.ts'
import { CallBook, type Systems } from './systems.ts'

/** Every connector of a model, answering from the mocks of the test at hand. */
export function mockedSystems(models: Iterable<ConnectorModel>, operationsOf: (type: string) => readonly string[]): Systems {
  const book = new CallBook()
  let answers: Readonly<Record<string, readonly Mock[]>> = {}
  let used = new Map<string, number>()

  const operation =
    (name: string): Operation<unknown> =>
    async args => {
      const list = Object.hasOwn(answers, name) ? answers[name] : undefined
      const at = used.get(name) ?? 0
      const answer = list?.length === 1 ? list[0] : list?.[at]
      used.set(name, at + 1)
      book.note(name, calledArguments(args))
      if (answer === undefined) {
        const sentence = list === undefined ? `${name} has no mock` : `${name} has mocks for ${list.length} calls only`
        book.noteUnanswered(sentence)
        throw new SluiceError('INTERNAL', sentence)
      }
      if (answer.fails !== undefined) throw failure(name, answer.fails)
      return { body: answer.returns, found: answer.returns !== undefined }
    }

  const mocked = (model: ConnectorModel): LiveConnector => {
    const operations = Object.fromEntries(operationsOf(model.type).map(name => [name, operation(`${model.name}.${name}`)]))
    return { model, connector: { operations, client: undefined } }
  }

  return {
    connectors: new Map([...models].map(model => [model.name, mocked(model)])),
    begin(next) {
      answers = next
      used = new Map()
      book.take()
    },
    take: () => book.take(),
  }
}

function failure(name: string, { code, status, body }: NonNullable<Mock['fails']>): SluiceError {
  const answer = status === undefined ? {} : { answer: { status, body: json(body) } }
  return new SluiceError(code !== undefined && isCode(code) ? code : 'UPSTREAM_REFUSED', `calling ${name}`, answer)
}

const isCode = (code: string): code is Code => Object.hasOwn(codes, code)

const json = (body: Body): Json | undefined => (body instanceof Uint8Array || body instanceof Blob ? undefined : body)
