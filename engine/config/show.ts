import { type Framed, type FramedComponent, type FramedMap, type FramedScalar, whereOf } from './framed.ts'

/** Sections as they are written; what `defaults` says stands in what takes it. */
const sections = ['connectors', 'security', 'schemas', 'listeners', 'pipelines']

/**
 * Documents of one configuration, overlaid and filled with defaults, as one of YAML: whole, every value with the file and line that it comes from
 * behind it. `${…}` is shown as it is written; what is secret and stands there in clear is not shown. It loads to the same model, but for such.
 */
export function show(documents: readonly Framed[]): string {
  const lines = sections.flatMap(section => {
    const named = documents.flatMap(document => {
      const found = document.kind === 'map' ? document.entries.get(section) : undefined
      return found?.kind === 'map' ? [...found.entries] : []
    })
    return named.length === 0 ? [] : [`${section}:`, ...named.flatMap(([name, value]) => entry(name, value, '  '))]
  })
  return lines.map(line => `${line}\n`).join('')
}

function entry(name: string, value: Framed, indent: string): readonly string[] {
  const head = `${indent}${key(name)}:`
  if (value.kind === 'scalar') return scalar(head, value, `${indent}  `)
  const inside = below(value, `${indent}  `)
  return inside.length === 0 ? [`${head} ${value.kind === 'list' ? '[]' : '{}'}${origin(value)}`] : [head, ...inside]
}

function below(value: Framed, indent: string): readonly string[] {
  if (value.kind === 'map') return entries(value.entries, indent)
  if (value.kind === 'component') return entries(entriesOf(value), indent)
  return value.kind === 'list' ? value.items.flatMap(one => item(one, indent)) : []
}

const entries = (all: ReadonlyMap<string, Framed>, indent: string): readonly string[] =>
  [...all].flatMap(([name, value]) => entry(name, value, indent))

function item(value: Framed, indent: string): readonly string[] {
  if (value.kind === 'scalar') return scalar(`${indent}-`, value, `${indent}  `)
  const [first, ...others] = below(value, `${indent}  `)
  if (first === undefined) return [`${indent}- ${value.kind === 'list' ? '[]' : '{}'}${origin(value)}`]
  return [`${indent}- ${first.slice(indent.length + 2)}`, ...others]
}

/** A verb's keys stand in the step itself; any other type has its configuration below it. */
function entriesOf({ component, type, config, modifiers }: FramedComponent): FramedMap['entries'] {
  if (component !== 'step') return new Map([[type, config], ...modifiers.entries])
  return new Map([...(config.kind === 'map' ? config.entries : []), ...modifiers.entries])
}

function scalar(head: string, framed: FramedScalar, indent: string): readonly string[] {
  const { value, style } = framed.node
  const text = typeof value === 'string' ? hidden(value, framed) : undefined
  if (text === undefined) return [`${head} ${String(value)}${origin(framed)}`]
  // A line break that YAML does not keep in a block, or blanks that it would take for indentation, are written out.
  if (!/^[^\s].*\n/.test(text) || /[^\n\x20-\x7e\u00a0-\uffff]|\n[ \t]*\n[ \t]+$|\n[ \t]+$/.test(text))
    return [`${head} ${style === 'plain' && text === value ? text : JSON.stringify(text)}${origin(framed)}`]
  const body = text.replace(/\n+$/, '')
  const chomp = text === body ? '-' : text === `${body}\n` ? '' : '+'
  const lines = (chomp === '+' ? text.replace(/\n$/, '') : body).split('\n')
  return [`${head} |${chomp} ${origin(framed).trimStart()}`, ...lines.map(line => (line === '' ? '' : `${indent}${line}`))]
}

const origin = (value: Framed): string => {
  const { file, line } = whereOf(value)
  return `  # ${file}:${line}`
}

const key = (name: string): string =>
  /^[A-Za-z_$][\w$.-]*$/.test(name) && !/^(true|false|null)$/i.test(name) ? name : JSON.stringify(name)

/** References stay; a password, or the default of a reference to one, does not. */
function hidden(text: string, { schema }: FramedScalar): string {
  if (schema['x-url'] === true)
    return text.replace(/(:\/\/)((?:\$\{[^}]*\}|[^/?#@\s])*)@/g, (whole, slashes, user) => (isReferred(user) ? whole : `${slashes}***@`))
  if (schema['x-secret'] !== true) return text
  return text.includes('${') ? text.replace(/(\$\{\w+):-[^}]*\}/g, '$1:-***}') : '***'
}

/** The password of user info, or a token alone, is no text of its own. */
const isReferred = (user: string): boolean => /^([\w.%-]*:)?(\$\{(\w+|(file|secret):[^}]*)\})+$/.test(user)
