import type { Finding } from '../core/finding.ts'
import { mapInSlices, type Slices } from '../core/slices.ts'
import type { Project } from './project.ts'
import { aggregateLast } from './rules/aggregate-last.ts'
import { asyncChannel } from './rules/async-channel.ts'
import { badCondition } from './rules/bad-condition.ts'
import { cache } from './rules/cache.ts'
import { channelConnector } from './rules/channel-connector.ts'
import { duplicateAddress } from './rules/duplicate-address.ts'
import { duplicateChannel } from './rules/duplicate-channel.ts'
import { duplicateSource } from './rules/duplicate-source.ts'
import { duplicateStep } from './rules/duplicate-step.ts'
import { guarantee } from './rules/guarantee.ts'
import { idempotencyKey } from './rules/idempotency-key.ts'
import { invokeCycle } from './rules/invoke-cycle.ts'
import { messageSchemas } from './rules/message-schemas.ts'
import { missingSecurity } from './rules/missing-security.ts'
import { orderWord } from './rules/order-word.ts'
import { otherwiseLast } from './rules/otherwise-last.ts'
import { reservedName } from './rules/reserved-name.ts'
import { respondInBranch } from './rules/respond-in-branch.ts'
import { sharedRoute } from './rules/shared-route.ts'
import { unknownOperation } from './rules/unknown-operation.ts'
import { unknownReference } from './rules/unknown-reference.ts'
import { unreachableStep } from './rules/unreachable-step.ts'

/** What no schema can say. */
export function* checkRules(project: Project): Slices<readonly Finding[]> {
  const schemas = yield* messageSchemas(project)
  const found = yield* mapInSlices(rules, rule => rule(project))
  return [...schemas, ...found.flat()]
}

/** Each looks at the whole and gives its findings. */
const rules: readonly ((project: Project) => readonly Finding[])[] = [
  unknownReference,
  unknownOperation,
  channelConnector,
  reservedName,
  missingSecurity,
  sharedRoute,
  duplicateAddress,
  duplicateChannel,
  duplicateSource,
  duplicateStep,
  respondInBranch,
  unreachableStep,
  badCondition,
  otherwiseLast,
  invokeCycle,
  guarantee,
  asyncChannel,
  orderWord,
  idempotencyKey,
  cache,
  aggregateLast,
]
