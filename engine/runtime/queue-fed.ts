import type { Model, PipelineModel } from '../core/model.ts'

/** Whether messages may come onto queues by this model: where not, nobody looks at them, and the store is not opened for it. */
export const feedsQueues = (model: Model, isConsuming: (type: string) => boolean): boolean =>
  [...model.pipelines.values()].some(pipeline => feeds(pipeline, isConsuming))

/** Dead letters of consuming channels are run again through the queue. */
const feeds = ({ channels, ...pipeline }: PipelineModel, isConsuming: (type: string) => boolean): boolean =>
  channels.some(channel => channel.async || isConsuming(channel.type)) || invokesAsync([pipeline.steps, pipeline.catch, pipeline.finally])

function invokesAsync(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (Array.isArray(value)) return value.some(invokesAsync)
  if (Object.getPrototypeOf(value) !== Object.prototype) return false
  return ('async' in value && value.async === true) || 'aggregate' in value || Object.values(value).some(invokesAsync)
}
