/** What is read from outside of the configuration, when it is loaded. */
export interface Outside {
  /** Environment variables; `undefined` where there is none. */
  variable(name: string): string | undefined
  /** The text of a file, or why there is none. */
  file(path: string): { readonly text: string } | { readonly fault: string }
}

export interface Substituted {
  readonly text: string
  /** Some of it came from a file. */
  readonly secret: boolean
  /** Some of it came from outside. */
  readonly substituted: boolean
  /** It is one `${…}` and nothing else. */
  readonly whole: boolean
  readonly faults: readonly SubstitutionFault[]
}

/** `offset` is into the text that was given. */
interface SubstitutionFault {
  readonly rule: 'missing-variable' | 'unreadable-file' | 'bad-substitution'
  readonly message: string
  readonly hint: string
  readonly offset: number
}

const grammar = 'write ${NAME}, ${NAME:-default} or ${file:/path}; $${ is the text ${ itself'
const opening = /\$\$\{|\$\{/g

/** Fills in `${NAME}`, `${NAME:-default}`, `${file:path}`; `$${` becomes `${`. A value is never looked into again. */
export function substitute(text: string, outside: Outside): Substituted {
  const faults: SubstitutionFault[] = []
  let result = ''
  let secret = false
  let substituted = false
  let whole = false
  let at = 0
  for (const match of text.matchAll(opening)) {
    if (match.index < at) continue
    result += text.slice(at, match.index)
    if (match[0] === '$${') {
      result += '${'
      at = match.index + 3
      continue
    }
    const end = text.indexOf('}', match.index)
    if (end < 0) {
      faults.push({ rule: 'bad-substitution', message: 'a "${" never closes', hint: grammar, offset: match.index })
      return { text: result + text.slice(match.index), secret, substituted: true, whole, faults }
    }
    const read = lookUp(text.slice(match.index + 2, end), outside)
    if ('text' in read) result += read.text
    else faults.push({ ...read, offset: match.index })
    secret ||= 'text' in read && read.secret
    substituted = true
    whole = match.index === 0 && end === text.length - 1
    at = end + 1
  }
  return { text: result + text.slice(at), secret, substituted, whole, faults }
}

type Read = { readonly text: string; readonly secret: boolean } | Omit<SubstitutionFault, 'offset'>

function lookUp(inside: string, outside: Outside): Read {
  const [source, path] = split(inside)
  if (source === 'file') {
    const read = outside.file(path)
    // the line break that editors and `echo` put at the end is no part of a secret
    if ('text' in read) return { text: read.text.replace(/\r?\n$/, ''), secret: true }
    return { rule: 'unreadable-file', message: `the file "${path}" ${read.fault}`, hint: 'a relative path starts at the YAML file' }
  }
  if (source === 'secret')
    return { rule: 'bad-substitution', message: 'this gateway has no store of secrets', hint: `write \${file:/run/secrets/${path}}` }
  const [, name, standard] = /^([A-Za-z_][A-Za-z0-9_]*)(?::-([\s\S]*))?$/.exec(inside) ?? []
  if (name === undefined) {
    // anything but a name could be part of a password with a $ in it
    const shown = /^[\w.-]{1,64}$/.test(inside) ? `"\${${inside}}"` : 'what stands in this "${ }"'
    return { rule: 'bad-substitution', message: `${shown} is no substitution`, hint: grammar }
  }
  const value = outside.variable(name)
  // as in a shell, a variable that is set to nothing takes the default
  const text = value === undefined || value === '' ? (standard ?? value) : value
  if (text !== undefined) return { text, secret: false }
  return { rule: 'missing-variable', message: `the environment has no variable "${name}"`, hint: `set it, or write \${${name}:-default}` }
}

function split(inside: string): readonly [string, string] {
  const at = inside.indexOf(':')
  return [inside.slice(0, Math.max(at, 0)), inside.slice(at + 1)]
}
