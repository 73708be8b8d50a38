import type { Json } from '../../core/message.ts'
import { createResolve, type Resolve } from '../../schema/locate.ts'
import type { DescribedPipeline, Description } from '../describe.ts'
import type { Notice } from './notice.ts'
import { type Difference, differences } from './schemas.ts'
import { inputSide, replySide, type Side } from './side.ts'

/** A pipeline, and what its schemas refer to. */
export interface Contract {
  readonly pipeline: DescribedPipeline
  readonly resolve: Resolve
}

export const contractOf = (pipeline: DescribedPipeline, { schemas }: Description): Contract => ({
  pipeline,
  resolve: createResolve(new Map(schemas.map(({ name, schema }) => [`sluice:/schemas/${name}`, schema]))),
})

/** What those who call pipelines will notice, by whatever channel they come. */
export function contractNotices(old: Description, next: Description): readonly Notice[] {
  const gone = old.pipelines.filter(({ id }) => !next.pipelines.some(one => one.id === id))
  const changes = old.pipelines.flatMap(pipeline => {
    const other = next.pipelines.find(({ id }) => id === pipeline.id)
    if (other === undefined) return []
    return pipelineNotices(contractOf(pipeline, old), contractOf(other, next)).map(one => ({
      ...one,
      text: `${pipeline.name}: ${one.text}`,
    }))
  })
  return [...gone.map(({ id, name }) => ({ breaking: true, subject: id, text: `pipeline ${name} is gone` })), ...changes]
}

/** What changes between two pipelines, without their names. */
export function pipelineNotices(old: Contract, next: Contract): readonly Notice[] {
  const [before, after] = [old.pipeline, next.pipeline]
  const compared = (one: Json | undefined, other: Json | undefined, side: Side): readonly Notice[] => {
    if (one === undefined || other === undefined) return []
    const found = differences({ schema: one, resolve: old.resolve }, { schema: other, resolve: next.resolve }, side)
    return found.map(difference => noticeOf(difference, before.id, side))
  }
  const all = [
    ...compared(before.input ?? {}, after.input ?? {}, inputSide),
    ...compared(before.output ?? before.reply.body, after.output ?? after.reply.body, replySide),
    // A schema promises less than the tree of the reply gives.
    ...compared(before.reply.body, after.reply.body, replySide),
    ...statusNotices(before, after),
  ]
  return [...new Map(all.map(one => [one.text, one])).values()]
}

const noticeOf = ({ path, text, breaking }: Difference, subject: string, { noun }: Side): Notice => ({
  breaking,
  subject,
  text: `${noun}${path === '' ? '' : ` ${path}`}${text}`,
})

function statusNotices({ id, reply }: DescribedPipeline, { reply: after }: DescribedPipeline): readonly Notice[] {
  const [was, is] = [reply.status, after.status]
  const gone = reply.headers.filter(name => !after.headers.includes(name))
  const added = after.headers.filter(name => !reply.headers.includes(name))
  return [
    ...(was === is || was === undefined || is === undefined
      ? []
      : [{ breaking: true, subject: id, text: `status is ${is} now, not ${was}` }]),
    ...gone.map(name => ({ breaking: true, subject: id, text: `header ${name} is gone` })),
    ...added.map(name => ({ breaking: false, subject: id, text: `header ${name} is new` })),
  ]
}
