import { request } from 'undici'
import { SluiceError } from '../core/errors.ts'
import type { Settings } from '../settings.ts'
import type { Invocation, Option } from './command.ts'

/** What every command takes that asks a running gateway. */
export const askOptions = {
  at: { type: 'string', value: 'URL', description: 'admin address of the gateway; that of the settings by default' },
} as const satisfies Readonly<Record<string, Option>>

/** What an admin listener answered. */
export interface Asked {
  readonly url: string
  readonly status: number
  /** Undefined where it was no JSON. */
  readonly body: unknown
}

/** The admin address: that of `--at`, else that of the settings. */
export function adminAt({ settings, options }: Pick<Invocation, 'options'> & { readonly settings: Pick<Settings, 'admin'> }): string {
  const { host, port } = settings.admin
  const at = typeof options.at === 'string' ? options.at : `http://${host.includes(':') ? `[${host}]` : host}:${port}`
  return at.replace(/\/$/, '')
}

/** Rejects with UNREACHABLE where nobody answers. */
export async function ask(method: 'GET' | 'POST', url: string, sent?: object): Promise<Asked> {
  const headers = method === 'POST' ? { 'x-sluice': 'cli' } : {}
  const answer = await request(url, {
    method,
    headers,
    body: sent === undefined ? null : JSON.stringify(sent),
    headersTimeout: 30_000,
    bodyTimeout: 30_000,
  }).catch((cause: Error) => {
    throw new SluiceError('UNREACHABLE', `there is no gateway at ${url}: ${cause.message || cause.name}`, { cause })
  })
  const body: unknown = await answer.body.json().catch(() => undefined)
  return { url, status: answer.statusCode, body }
}

/** The body of a good answer that `isIt` knows. Throws what the gateway said, or that it is none. */
export function expectBody<Body>({ url, status, body }: Asked, isIt: (body: object) => body is object & Body): Body {
  if (typeof body === 'object' && body !== null) {
    if (status === 200 && isIt(body)) return body
    if ('error' in body && typeof body.error === 'string') throw new SluiceError('UPSTREAM_REFUSED', body.error)
  }
  throw new SluiceError('UPSTREAM_REFUSED', `${url} answered ${status}, and not as the admin listener of a gateway does`)
}
