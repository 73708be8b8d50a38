import fs from 'node:fs'
import { ServerResponse } from 'node:http'
import { syncBuiltinESMExports } from 'node:module'
import { Server, Socket } from 'node:net'
import { StatementSync } from 'node:sqlite'

/**
 * Loaded before the gateway (`node --import`), in each of its threads: ends the process at the very moment that `CRASH` names, `before` or `after` and a
 * pattern of what is done. What is done has a line: `commit` and the statements of a transaction, `rename`, `link` and `unlink` with their paths, `answer`
 * with the status, `listen` with the address, `send` and the beginning of what goes out. The engine knows nothing of it.
 */
const [, moment = '', pattern = ''] = /^(before|after) (.*)$/s.exec(process.env['CRASH'] ?? '') ?? []
const wanted = new RegExp(pattern, 's')

type Method = (this: unknown, ...given: unknown[]) => unknown

function watch(target: object, name: string, lineOf: (self: unknown, given: readonly unknown[]) => string): void {
  const methods = target as Record<string, Method>
  const made = methods[name]
  if (made === undefined) throw new Error(`there is no ${name}`)
  methods[name] = function (...given) {
    const isIt = wanted.test(lineOf(this, given))
    if (isIt && moment === 'before') end()
    const result = made.apply(this, given)
    if (!isIt) return result
    return result instanceof Promise ? result.then(end) : end()
  }
}

/** Not even this thread goes on. */
function end(): never {
  process.kill(process.pid, 'SIGKILL')
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}

/** The transaction that is open. */
let statements: string[] = []

function transaction(statement: unknown, given: readonly unknown[]): string {
  const { sourceSQL } = statement as StatementSync
  if (sourceSQL === 'COMMIT') return `commit ${statements.join('\n')}`
  if (sourceSQL === 'BEGIN IMMEDIATE') statements = []
  statements.push(`${sourceSQL} ${given.filter(one => typeof one !== 'object').join(' ')}`)
  return ''
}

if (moment !== '') {
  for (const name of ['run', 'get', 'all']) watch(StatementSync.prototype, name, transaction)
  for (const name of ['rename', 'link', 'unlink']) watch(fs.promises, name, (_, given) => `${name} ${given.join(' ')}`)
  watch(ServerResponse.prototype, 'end', response => `answer ${(response as ServerResponse).statusCode}`)
  watch(Socket.prototype, 'write', (_, [chunk]) => (typeof chunk === 'string' ? `send ${chunk.slice(0, 200)}` : ''))
  watch(Server.prototype, 'listen', (_, given) => `listen ${JSON.stringify(given.filter(one => typeof one !== 'function'))}`)
  syncBuiltinESMExports()
}
