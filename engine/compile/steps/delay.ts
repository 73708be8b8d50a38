import type { DelayStep } from '../../core/config.gen.ts'
import { pause } from '../pause.ts'
import { defineStep } from '../step.ts'

/** Waits, within the message's deadline. */
export default defineStep<DelayStep>({
  compile:
    ({ config }) =>
    (message, scope) =>
      pause(config.delay, scope).then(() => message),
})
