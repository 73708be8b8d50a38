import type { ConfigFault } from '../core/component.ts'

/** What a schema's pattern cannot say of a connector's `url`. `query`: whether it may have one of its own. */
export function checkUrl(url: string, { query }: { readonly query: 'refused' | 'kept' }): readonly ConfigFault[] {
  const fault = (message: string, hint: string): readonly ConfigFault[] => [{ pointer: '/url', message, hint }]
  if (!URL.canParse(url)) return fault('the address cannot be read', 'write one such as https://api.example.com/v1')
  const { search, hash, username, password } = new URL(url)
  if (query === 'refused' && (search !== '' || url.includes('?')))
    return fault('the address has a query', 'give `query` where an operation is called')
  if (hash !== '' || url.includes('#')) return fault('the address has a fragment, which is never sent', 'leave out `#` and what follows it')
  if (!isEncoded(username) || !isEncoded(password)) return fault('the user info of the address is not encoded', 'write %25 for "%"')
  return []
}

function isEncoded(part: string): boolean {
  try {
    decodeURIComponent(part)
    return true
  } catch {
    return false
  }
}
