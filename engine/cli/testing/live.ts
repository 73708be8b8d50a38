import type { LiveConnector } from '../../compile/revision.ts'
import type { Operation } from '../../core/component.ts'
import { calledArguments } from './called-arguments.ts'
import { CallBook, type Systems } from './systems.ts'

/** The real connectors, started by somebody else; what tests say under `mock` is not asked. */
export function liveSystems(started: ReadonlyMap<string, LiveConnector>): Systems {
  const book = new CallBook()
  const noted = ({ model, connector }: LiveConnector): LiveConnector => {
    const operations = Object.entries(connector.operations).map(([name, operation]): [string, Operation<unknown>] => [
      name,
      (args, scope) => {
        book.note(`${model.name}.${name}`, calledArguments(args))
        // each operation is called with the arguments of its own schema, as the engine made them
        return (operation as Operation<unknown>)(args, scope)
      },
    ])
    return { model, connector: { operations: Object.fromEntries(operations), client: connector.client } }
  }
  return {
    connectors: new Map([...started].map(([name, live]) => [name, noted(live)])),
    begin: () => void book.take(),
    take: () => book.take(),
  }
}
