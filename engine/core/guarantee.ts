/** What a pipeline promises of each message that comes to it by itself. */
export type Guarantee = 'at-most-once' | 'at-least-once' | 'effectively-once'

/** A message may be lost: it is acknowledged before anything is done with it. */
export const mayLose = (guarantee: string): boolean => guarantee === 'at-most-once'

/** A message that is given again must change nothing. */
export const mustNotRepeat = (guarantee: string): boolean => guarantee === 'effectively-once'
