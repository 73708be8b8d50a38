import { defineTransform } from 'sluice/plugin'

/** Gives the message's field in capitals, what else it saw, and whether it could change anything. */
export default defineTransform<{ readonly field: string }>({
  compile:
    ({ field }) =>
    message => {
      const body = message.body as { [name: string]: string }
      let frozen = true
      for (const [change] of [
        [() => (body[field] = 'changed')],
        [() => Object.assign(message.vars, { a: 1 })],
        [() => Object.assign(message.origin.headers, { a: 1 })],
      ] as const)
        try {
          change()
          frozen = false
        } catch {
          // As it should be.
        }
      return { field: String(body[field]).toUpperCase(), frozen }
    },
})
