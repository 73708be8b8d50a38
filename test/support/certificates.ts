import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Certificate {
  readonly cert: string
  readonly key: string
}

/** A certificate for 127.0.0.1 that signs itself, so that it is its own authority. Made by openssl. */
export function selfSigned(): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'certificate-'))
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  const subject = ['-subj', '/CN=test', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2']
  try {
    const made = spawnSync('openssl', [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-keyout',
      key,
      '-out',
      cert,
      ...subject,
    ])
    if (made.status !== 0) throw new Error(`these tests need openssl: ${made.stderr}`)
    return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** A certificate for 127.0.0.1, of a server or a client, and the authority that signed it. Made by openssl. */
export function signedByAuthority(): Certificate & { readonly ca: string } {
  const folder = mkdtempSync(join(tmpdir(), 'certificate-'))
  const at = (name: string): string => join(folder, name)
  const pair = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const make = (...words: readonly string[]): void => {
    const made = spawnSync('openssl', words)
    if (made.status !== 0) throw new Error(`these tests need openssl: ${made.stderr}`)
  }
  try {
    writeFileSync(at('names'), 'subjectAltName=IP:127.0.0.1\n')
    make('req', '-x509', ...pair, '-keyout', at('ca.key'), '-out', at('ca.pem'), '-subj', '/CN=authority', '-days', '2')
    make('req', '-new', ...pair, '-keyout', at('key.pem'), '-out', at('request.pem'), '-subj', '/CN=test')
    const signing = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-extfile', at('names'), '-days', '2']
    make('x509', '-req', '-in', at('request.pem'), '-out', at('cert.pem'), ...signing)
    const [cert = '', key = '', ca = ''] = ['cert.pem', 'key.pem', 'ca.pem'].map(name => readFileSync(at(name), 'utf8'))
    return { cert, key, ca }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
