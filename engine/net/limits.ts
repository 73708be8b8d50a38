import type { ServerOptions } from 'node:http'
import type { Duration, Size } from '../core/duration.ts'

/** What one HTTP listener bears. Durations in milliseconds, sizes in bytes. */
export interface EdgeLimits {
  /** Request line and headers together (431). */
  readonly headerBytes: Size
  /** Header fields (431). */
  readonly headerFields: number
  /** The request target (414). */
  readonly targetBytes: Size
  /** From the connection, or the first byte of a later request, to the end of the headers (408). A silent connection is cut by it too. */
  readonly headersMs: Duration
  /** From the first byte of a request to the last of its body (408). */
  readonly requestMs: Duration
  /** Between two requests of one connection. */
  readonly keepAliveMs: Duration
  /** A reply that makes no way for so long is cut. */
  readonly writeStallMs: Duration
  readonly requestsPerSocket: number
  readonly connections: number
  /** Of a body that nobody wants, what is read and thrown away before the connection is closed, so that the caller can read the reply. */
  readonly lingerBytes: Size
  readonly lingerMs: Duration
}

export const edgeLimits: EdgeLimits = {
  headerBytes: 16_384,
  headerFields: 100,
  targetBytes: 8_192,
  headersMs: 5_000,
  requestMs: 30_000,
  keepAliveMs: 65_000,
  writeStallMs: 15_000,
  requestsPerSocket: 10_000,
  connections: 4_096,
  lingerBytes: 8 * 1024 ** 2,
  lingerMs: 2_000,
}

/** The part of the limits that Node keeps by itself. A silent connection counts as active: `headersTimeout` (5 s) is stricter than the 10 s promised to it. */
export const serverOptions = (limits: EdgeLimits): ServerOptions => ({
  maxHeaderSize: limits.headerBytes,
  headersTimeout: limits.headersMs,
  requestTimeout: limits.requestMs,
  keepAliveTimeout: limits.keepAliveMs,
  connectionsCheckingInterval: Math.min(1_000, limits.headersMs),
  // The head's check requires it, and answers in the words of every other refusal.
  requireHostHeader: false,
  insecureHTTPParser: false,
  // A request without a body has no stream to run down: two microseconds less each.
  optimizeEmptyRequests: true,
})
