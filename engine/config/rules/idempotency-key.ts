import type { Finding } from '../../core/finding.ts'
import { narrow } from '../../core/narrow.ts'
import { errorAt } from '../finding-at.ts'
import { entryOf, type Framed, textOf, whereKey, whereOf } from '../framed.ts'
import { channelsOf, type Project } from '../project.ts'

/** A repetition is told by a key: one that differs from message to message, or what the protocol of the channel has for one. */
export const idempotencyKey = (project: Project): readonly Finding[] =>
  [...project.declarations.pipelines].flatMap(([name, pipeline]) => {
    const policy = entryOf(pipeline, 'idempotency')
    if (policy?.kind !== 'map') return []
    const key = entryOf(policy, 'key')
    return key === undefined ? keyless(name, policy, project) : constant(key)
  })

function constant(key: Framed): readonly Finding[] {
  const text = textOf(key)
  if (text === undefined) return []
  return [
    errorAt(whereOf(key), 'idempotency-key', 'this key is the same for all messages: only the first of them would run', {
      hint: `write key: \${{ ${/^\w+$/.test(text) ? text : 'orderId'} }}`,
    }),
  ]
}

function keyless(name: string, policy: Framed, project: Project): readonly Finding[] {
  return channelsOf(project).flatMap(({ pipeline, channel }) => {
    const definition = project.definition('channel', channel.type)
    const keyed = (narrow(definition, 'served') ?? narrow(definition, 'consuming'))?.keyed
    if (pipeline !== name || definition === undefined || keyed !== undefined) return []
    return [
      errorAt(
        whereKey(policy),
        'idempotency-key',
        `a channel of type ${channel.type} has no key of its own, by which a repetition is told`,
        {
          hint: 'write key: ${{ orderId }} below idempotency',
          related: [{ where: whereKey(channel), text: 'this channel' }],
        },
      ),
    ]
  })
}
