/**
 * Functions made from text, for keys that are known at load. Closures over their keys share what V8 learns of objects among all keys of the
 * gateway, which is soon nothing: a read costs twice as much then, and to make an object of eight keys five times. Only keys stand in the
 * text, as JSON writes them. It is made after some use, since compiling costs, and most of what a gateway loads runs rarely.
 */

/** Uses before a function of its own is made. */
const warm = 100
/** With more keys than that, an object is written key by key. */
const mostKeys = 64

type Ask<First, Second, Value> = (first: First, second: Second) => Value | undefined
type Make<First, Second, Value> = (first: First, second: Second) => Record<string, Value>

/** Asks each function, and makes an object of what they give, under different keys, in order; `undefined` leaves its key out. */
export function objectOf<First, Second, Value>(
  keys: readonly string[],
  values: readonly Ask<First, Second, Value>[],
): Make<First, Second, Value> {
  const part = (found: readonly (Value | undefined)[]): Record<string, Value> => {
    const object: Record<string, Value> = {}
    for (const [at, value] of found.entries()) if (value !== undefined) put(object, keys[at] ?? '', value)
    return object
  }
  let uses = 0
  let make: Make<First, Second, Value> = (first, second) => {
    uses += 1
    if (uses === warm && keys.length <= mostKeys) make = wholeOf(keys, values, part)
    return part(values.map(value => value(first, second)))
  }
  return (first, second) => make(first, second)
}

function wholeOf<First, Second, Value>(
  keys: readonly string[],
  values: readonly Ask<First, Second, Value>[],
  part: (found: readonly (Value | undefined)[]) => Record<string, Value>,
): Make<First, Second, Value> {
  const found = keys.map((_, at) => `v${at}`)
  const asked = found.map((name, at) => `const ${name} = ask${at}(first, second)`)
  const members = found.map((name, at) => `[${JSON.stringify(keys[at])}]: ${name}`)
  const text = `return (first, second) => {
    ${asked.join('\n')}
    if (${found.map(name => `${name} === undefined`).join(' || ') || 'false'}) return part([${found}])
    return { ${members} }
  }`
  // As: that is what the text makes.
  return new Function('part', ...found.map((_, at) => `ask${at}`), text)(part, ...values) as Make<First, Second, Value>
}

/** `__proto__` is a key like any other. */
function put<Value>(object: Record<string, Value>, key: string, value: Value): void {
  if (key === '__proto__') Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true })
  else object[key] = value
}

type Reader<Context> = (context: Context, value: unknown) => unknown

/**
 * Reads an own property of an object; of anything else `undefined`. What a list gives, and what only a prototype has (`found`), is for `other`
 * to say, with the context that the reader is called with.
 */
export function readerOf<Context>(key: string, other: (context: Context, value: object, found: unknown) => unknown): Reader<Context> {
  let uses = 0
  let read: Reader<Context> = (context, value) => {
    uses += 1
    if (uses === warm) read = ownReader(key, other)
    if (typeof value !== 'object' || value === null) return undefined
    if (Array.isArray(value)) return other(context, value, undefined)
    const found: unknown = Reflect.get(value, key)
    return found === undefined || Object.hasOwn(value, key) ? found : other(context, value, found)
  }
  return (context, value) => read(context, value)
}

function ownReader<Context>(key: string, other: (context: Context, value: object, found: unknown) => unknown): Reader<Context> {
  const name = JSON.stringify(key)
  const text = `return (context, value) => {
    if (typeof value !== 'object' || value === null) return undefined
    if (Array.isArray(value)) return other(context, value, undefined)
    const found = value[${name}]
    return found === undefined || Object.hasOwn(value, ${name}) ? found : other(context, value, found)
  }`
  // As above.
  return new Function('other', text)(other) as Reader<Context>
}
