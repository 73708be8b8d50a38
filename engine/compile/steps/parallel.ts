import type { ParallelStep } from '../../core/config.gen.ts'
import { asSluiceError, SluiceError } from '../../core/errors.ts'
import type { Body, Message } from '../../core/message.ts'
import type { Scope } from '../../core/scope.ts'
import { errorValue } from '../error-value.ts'
import { defineStep } from '../step.ts'

/** Several blocks at once, each with the same message. What is not waited for is cancelled. */
export default defineStep<ParallelStep>({
  waits: true,
  compile: ({ config }, context) => {
    const branches = Object.entries(config.parallel).map(([name, steps]) => ({ name, steps: context.block(steps) }))
    const wait = waits[config.wait]
    return async (message, scope) => {
      const inner = scope.narrow({})
      try {
        return {
          ...message,
          body: await wait(
            branches.map(({ name, steps }) => ({ name, body: start(() => steps(message, inner)) })),
            scope,
          ),
        }
      } finally {
        inner.cancel(new SluiceError('CANCELLED', 'another branch decided'))
      }
    }
  },
  repeatable: ({ config }, { steps }) => Object.values(config.parallel).every(branch => steps(branch)),
  looks: () => true,
  replaces: () => true,
})

interface Running {
  readonly name: string
  readonly body: Promise<Body>
}

/** A branch that throws at once does not keep the others from starting. */
const start = async (branch: () => Message | Promise<Message>): Promise<Body> => (await branch()).body

const waits: Readonly<Record<ParallelStep['wait'], (running: readonly Running[], scope: Scope) => Promise<Body>>> = {
  all: async running => {
    const bodies = await Promise.all(running.map(({ body }) => body))
    return byName(running, index => bodies[index])
  },
  any: running =>
    Promise.any(running.map(({ body }) => body)).catch((thrown: unknown) => {
      throw thrown instanceof AggregateError ? mostHopeful(thrown.errors.map(asSluiceError)) : thrown
    }),
  settled: async (running, scope) => {
    const results = await Promise.allSettled(running.map(({ body }) => body))
    // Where the message itself was cut, the branches' errors are only its echo.
    if (scope.reason !== undefined) throw scope.reason
    return byName(running, index => described(results[index]))
  },
}

/** Of branches that all failed, the first by which trying again may help: what may have happened counts before what did not. */
const mostHopeful = (errors: readonly SluiceError[]): SluiceError | undefined =>
  errors.find(({ retry }) => retry === 'unsafe') ?? errors.find(({ retry }) => retry === 'safe') ?? errors[0]

function described(result: PromiseSettledResult<Body> | undefined): Body {
  if (result === undefined) return undefined
  if (result.status === 'rejected') return { error: errorValue(asSluiceError(result.reason)) }
  // What a branch leaves is JSON, or bytes that only a format would read.
  return (result.value === undefined ? {} : { value: result.value }) as Body
}

/** An object by name; a branch that left nothing leaves its name out. */
function byName(running: readonly Running[], bodyOf: (index: number) => Body): Body {
  const object: Record<string, Body> = {}
  running.forEach(({ name }, index) => {
    const body = bodyOf(index)
    if (body !== undefined) object[name] = body
  })
  // As above.
  return object as Body
}
