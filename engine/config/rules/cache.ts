import type { Expression } from '../../core/expression.ts'
import type { Finding } from '../../core/finding.ts'
import { errorAt } from '../finding-at.ts'
import { componentsIn, entryOf, type Framed, type FramedScalar, textOf, whereKey, whereOf } from '../framed.ts'
import { servedBy } from '../holdings.ts'
import { channelsOf, type Project } from '../project.ts'
import { referencesIn } from '../references.ts'

/** Replies are kept for somebody who waits for them, by a key that tells apart what is answered differently. */
export const cache = (project: Project): readonly Finding[] =>
  [...project.declarations.pipelines].flatMap(([name, pipeline]) => {
    const policy = entryOf(pipeline, 'cache')
    if (policy?.kind !== 'map') return []
    const key = entryOf(policy, 'key')
    return [...idle(name, policy, project), ...(key === undefined ? [] : constant(key)), ...mixed(pipeline, policy, project)]
  })

function idle(name: string, policy: Framed, project: Project): readonly Finding[] {
  const own = channelsOf(project).filter(({ pipeline }) => pipeline === name)
  if (own.length === 0 || own.some(({ channel }) => servedBy(channel, project) !== undefined && !isAsync(channel.modifiers))) return []
  if (project.components.some(({ config }) => isWaitedFor(config, name))) return []
  return [
    errorAt(whereKey(policy), 'cache-key', 'cache has no effect: a message that nobody waits for runs always', {
      hint: 'take cache away, or add a channel that is called',
    }),
  ]
}

const isAsync = (framed: Framed): boolean => {
  const async = entryOf(framed, 'async')
  return async?.kind === 'scalar' && async.value === true
}

const isWaitedFor = (config: Framed, name: string): boolean => textOf(entryOf(config, 'invoke')) === name && !isAsync(config)

function constant(key: Framed): readonly Finding[] {
  const text = textOf(key)
  if (text === undefined) return []
  return [
    errorAt(whereOf(key), 'cache-key', 'this key is the same for all messages: all would get the reply of the first', {
      hint: `write key: \${{ ${/^\w+$/.test(text) ? text : 'orderId'} }}`,
    }),
  ]
}

/** What is said of the caller beside the input: the key must tell callers apart by what their replies differ by. */
const aside = [
  { name: '$headers', reads: ({ reads }: Expression) => reads.variables.has('headers'), known: false },
  {
    name: '$meta.principal',
    reads: ({ reads, source }: Expression) => reads.variables.has('meta') && source.includes('principal'),
    // Who sends it is in the key that is made of the whole input.
    known: true,
  },
]

function mixed(pipeline: Framed, policy: Framed, project: Project): readonly Finding[] {
  const key = entryOf(policy, 'key')
  const told = key === undefined ? [] : expressionsIn(key, project)
  const asked = [...runs(pipeline, project)].flatMap(one => expressionsIn(ofReply(one), project))
  return aside.flatMap(({ name, reads, known }) => {
    const found = asked.find(({ expression }) => reads(expression))
    if (found === undefined || (known && key === undefined) || told.some(({ expression }) => reads(expression))) return []
    const written = name === '$headers' ? '$headers.`x-name`' : `${name}.name`
    return [
      errorAt(
        whereKey(key ?? policy),
        'cache-key',
        `a reply depends on ${name}, and the key does not: one caller would get the reply of another`,
        {
          hint: `write key: \${{ [${ownKey(key)}, ${written}] }}`,
          related: [{ where: whereOf(found.scalar), text: `${name} is read here` }],
        },
      ),
    ]
  })
}

const ownKey = (key: Framed | undefined): string => {
  const [part] = key?.kind === 'scalar' ? (key.template ?? []) : []
  return typeof part === 'object' ? part.source.trim() : '$'
}

/** The pipeline, and those that it invokes and waits for. */
function runs(pipeline: Framed, project: Project, found = new Set<Framed>()): ReadonlySet<Framed> {
  if (found.has(pipeline)) return found
  found.add(pipeline)
  for (const { config } of componentsIn(pipeline)) {
    if (entryOf(config, 'invoke') === undefined || isAsync(config)) continue
    for (const { to, name } of referencesIn(config)) {
      const other = to === 'pipeline' ? project.declarations.pipelines.get(name) : undefined
      if (other !== undefined) runs(other, project, found)
    }
  }
  return found
}

interface Written {
  readonly scalar: FramedScalar
  readonly expression: Expression
}

/** Only what a reply is made by: not its channels, nor what tells a repetition. */
function ofReply(framed: Framed): Framed {
  if (framed.kind !== 'map') return framed
  return { ...framed, entries: new Map([...framed.entries].filter(([name]) => making.has(name))) }
}
const making: ReadonlySet<string> = new Set(['steps', 'reply', 'catch'])

function expressionsIn(framed: Framed, project: Project): readonly Written[] {
  if (framed.kind === 'component') return [framed.config, framed.modifiers].flatMap(one => expressionsIn(one, project))
  if (framed.kind === 'map') return [...framed.entries.values()].flatMap(one => expressionsIn(one, project))
  if (framed.kind === 'list') return framed.items.flatMap(one => expressionsIn(one, project))
  const parts = framed.kind === 'scalar' ? (project.templates.get(framed)?.parts ?? []) : []
  return parts.flatMap(expression => (typeof expression === 'string' || framed.kind !== 'scalar' ? [] : [{ scalar: framed, expression }]))
}
