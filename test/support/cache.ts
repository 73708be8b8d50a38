import cache from '../../engine/adapters/cache/connector.ts'
import type { Connector } from '../../engine/core/component.ts'
import type { CacheConnector, CacheConnectorOperations } from '../../engine/core/config.gen.ts'
import type { Code } from '../../engine/core/errors.ts'
import { secretUrl } from '../../engine/core/secret.ts'
import type { Store } from '../../engine/core/store.ts'
import { type TestHost, testHost } from './host.ts'

export const cacheConfig = (store: string, more: Partial<CacheConnector> = {}): CacheConnector => ({
  store: secretUrl(store),
  prefix: 'test:',
  maxEntries: 10_000,
  maxBytes: 64 * 1024 * 1024,
  ...more,
})

export type CacheCalls = Connector<CacheConnectorOperations, undefined>['operations']

/** Runs `body` with a cache that is started before, and stopped after it; `kept` is the store of its gateway. */
export async function withCache(
  config: CacheConnector,
  body: (lent: { readonly cache: CacheCalls; readonly host: TestHost }) => Promise<void>,
  kept?: Store,
): Promise<void> {
  const host = testHost(kept)
  const connector = cache.create(config, host)
  try {
    await connector.start?.(AbortSignal.timeout(10_000))
    await body({ cache: connector.operations, host })
  } finally {
    await connector.stop?.(AbortSignal.timeout(1000))
  }
}

/** For `assert.rejects`: an error of this code. */
export const fault =
  (code: Code) =>
  (error: unknown): boolean =>
    error instanceof Error && 'code' in error && error.code === code
