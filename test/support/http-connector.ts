import http from '../../engine/adapters/http/connector.ts'
import type { Connector, Identify } from '../../engine/core/component.ts'
import type { HttpConnector, HttpConnectorOperations } from '../../engine/core/config.gen.ts'
import { SluiceError } from '../../engine/core/errors.ts'
import { secretUrl } from '../../engine/core/secret.ts'
import { type TestHost, testHost } from './host.ts'

export const httpConfig = (url: string, more: Partial<HttpConnector> = {}): HttpConnector => ({
  url: secretUrl(url),
  headers: {},
  connections: 64,
  maxReply: 10 * 1024 * 1024,
  egress: 'public',
  ...more,
})

export interface LentHttp {
  readonly calls: Connector<HttpConnectorOperations, undefined>['operations']
  readonly connector: Connector<HttpConnectorOperations, undefined>
  readonly host: TestHost
}

/** Runs `body` with a connector that is started before, and stopped after it. */
export async function withHttp(config: HttpConnector, body: (lent: LentHttp) => Promise<void>, identify?: Identify): Promise<void> {
  const host = testHost()
  const connector = http.create(config, host, identify)
  try {
    await connector.start?.(AbortSignal.timeout(5000))
    await body({ calls: connector.operations, connector, host })
  } finally {
    await connector.stop?.(AbortSignal.timeout(500))
  }
}

/** What a call is rejected with. */
export async function failure(call: Promise<unknown>): Promise<SluiceError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof SluiceError) return error
  throw new Error(`no SluiceError: ${String(error)}`)
}
