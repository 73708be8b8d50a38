import { X509Certificate } from 'node:crypto'
import { createSecureContext, type SecureContextOptions } from 'node:tls'
import type { ConfigFault } from '../core/component.ts'
import type { TlsOptions } from '../core/policies.gen.ts'

/** What Node's TLS clients take. */
export interface TlsClientOptions extends SecureContextOptions {
  readonly rejectUnauthorized: boolean
}

export const tlsClient = (tls: TlsOptions | undefined): TlsClientOptions => ({
  minVersion: 'TLSv1.2',
  rejectUnauthorized: tls?.insecure !== true,
  ...(tls?.ca && { ca: tls.ca.reveal() }),
  ...(tls?.certificate && { cert: tls.certificate.reveal() }),
  ...(tls?.key && { key: tls.key.reveal() }),
})

/** What is wrong with certificates and keys; `pointer` is that of the `tls` block. */
export function checkTls(tls: TlsOptions | undefined, pointer: string): readonly ConfigFault[] {
  if (tls === undefined) return []
  if ((tls.certificate === undefined) !== (tls.key === undefined))
    return [{ pointer, message: 'a certificate and its key go together', hint: 'write both `certificate` and `key`, or neither' }]
  const faults: ConfigFault[] = []
  const refuse = (name: string, tried: () => unknown): void => {
    try {
      tried()
    } catch {
      // What OpenSSL says may quote the key.
      faults.push({
        pointer: `${pointer}/${name}`,
        message: `\`${name}\` is not PEM that can be used`,
        hint: 'give the text of a PEM file',
      })
    }
  }
  const { ca, certificate, key } = tls
  if (ca !== undefined) refuse('ca', () => new X509Certificate(ca.reveal()))
  if (certificate !== undefined) refuse('certificate', () => new X509Certificate(certificate.reveal()))
  if (certificate !== undefined && key !== undefined && faults.length === 0)
    refuse('key', () => createSecureContext({ cert: certificate.reveal(), key: key.reveal() }))
  return faults
}
