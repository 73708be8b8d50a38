import type { Json } from '../../core/message.ts'
import { plain } from '../../observe/trace.ts'
import { MessageSchemas } from '../../schema/message.ts'
import type { Expected } from './cases.ts'
import { difference, differenceOfNamed } from './compare.ts'
import type { Delivered } from './deliver.ts'
import type { Calls } from './systems.ts'

/** All that is not as expected, in words; empty where everything is. A call that nothing answered comes before all else. */
export function judge(expected: Expected, delivered: Delivered, { made, unanswered }: Calls): readonly string[] {
  if (unanswered.length > 0) return [...new Set(unanswered)]
  return [...judgeError(expected, delivered), ...judgeReply(expected, delivered), ...judgeCalls(expected, made)]
}

function judgeError(expected: Expected, { error }: Delivered): readonly string[] {
  if (expected.error === undefined) {
    if (error === undefined || expected.status !== undefined) return []
    return [`it failed: ${error.code} (${error.status}): ${error.message}`]
  }
  if (error === undefined) return ['an error was expected, and there was none']
  const found = differenceOfNamed(expected.error, error)
  return found === undefined ? [] : [`the error ${found}`]
}

function judgeReply(expected: Expected, delivered: Delivered): readonly string[] {
  const body = plain(delivered.body)
  const wrong: (string | undefined)[] = []
  if (expected.status !== undefined) wrong.push(said('the status', difference(expected.status, delivered.status)))
  if ('body' in expected) wrong.push(said('the body', difference(expected.body, body)))
  if (expected.headers !== undefined) wrong.push(said('the headers', differenceOfNamed(lowerCase(expected.headers), delivered.headers)))
  if (expected.matches !== undefined) wrong.push(...mismatches(expected.matches, body))
  return wrong.filter(text => text !== undefined)
}

function mismatches(schema: unknown, body: Json | undefined): readonly string[] {
  // What `matches` holds came out of a YAML document: it is JSON.
  const schemas = new MessageSchemas(new Map())
  const fault = schemas.invalid(schema as Json)
  if (fault !== undefined) return [`"matches" is no JSON Schema: ${fault}`]
  const { violations } = schemas.check(schema as Json, { coerce: false })(body)
  return violations.map(({ pointer, text }) => `the body does not match: ${pointer === '' ? 'it' : pointer} ${text}`)
}

function judgeCalls(expected: Expected, calls: Calls['made']): readonly string[] {
  return Object.entries(expected.calls ?? {}).flatMap(([operation, wanted]) => {
    const made = calls.get(operation) ?? []
    if (made.length !== wanted.length)
      return [`${operation} was called ${made.length} times, expected ${wanted.length}: ${JSON.stringify(made)}`]
    return wanted.flatMap((args, at) => said(`call ${at + 1} of ${operation}`, differenceOfNamed(args, made[at])) ?? [])
  })
}

const lowerCase = <Value>(headers: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))

const said = (what: string, found: string | undefined): string | undefined => (found === undefined ? undefined : `${what}: ${found}`)
