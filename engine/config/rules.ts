import type { Finding } from '../core/finding.ts'
import type { Project } from './project.ts'
import { badCondition } from './rules/bad-condition.ts'
import { duplicateAddress } from './rules/duplicate-address.ts'
import { duplicateChannel } from './rules/duplicate-channel.ts'
import { duplicateStep } from './rules/duplicate-step.ts'
import { invokeCycle } from './rules/invoke-cycle.ts'
import { messageSchemas } from './rules/message-schemas.ts'
import { missingSecurity } from './rules/missing-security.ts'
import { otherwiseLast } from './rules/otherwise-last.ts'
import { reservedName } from './rules/reserved-name.ts'
import { respondInBranch } from './rules/respond-in-branch.ts'
import { sharedRoute } from './rules/shared-route.ts'
import { unknownOperation } from './rules/unknown-operation.ts'
import { unknownReference } from './rules/unknown-reference.ts'
import { unreachableStep } from './rules/unreachable-step.ts'

/** What no schema can say: each looks at the whole and gives its findings. */
export const rules: readonly ((project: Project) => readonly Finding[])[] = [
  unknownReference,
  unknownOperation,
  messageSchemas,
  reservedName,
  missingSecurity,
  sharedRoute,
  duplicateAddress,
  duplicateChannel,
  duplicateStep,
  respondInBranch,
  unreachableStep,
  badCondition,
  otherwiseLast,
  invokeCycle,
]
