import type { WireHead } from '../../engine/core/component.ts'

/** The head of a request with these headers. */
export const head = (headers: Readonly<Record<string, string | undefined>>): WireHead => ({
  id: 'test-0001',
  method: 'GET',
  path: '/',
  origin: 'http://here',
  params: {},
  query: {},
  headers: Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
  peer: { address: '127.0.0.1' },
})
