import type { DelayStep } from '../../core/config.gen.ts'
import { pause } from '../pause.ts'
import { defineStep } from '../step.ts'

/** Waits, within the message's deadline. */
export default defineStep<DelayStep>({
  waits: true,
  compile:
    ({ config }) =>
    (message, scope) =>
      pause(config.delay, scope).then(() => message),
})
