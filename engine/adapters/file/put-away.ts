import { unlink } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Host } from '../../core/component.ts'
import { inTime } from '../../kit/in-time.ts'
import type { Claimed, Claims } from './claims.ts'
import { codeOf } from './look.ts'
import { moveBeside } from './move.ts'

export interface PutAwayOptions {
  readonly root: string
  /** Undefined: it is deleted. A relative one starts at the root. */
  readonly folder: string | undefined
  readonly claims: Claims
  readonly host: Host
  /** Resolves when the consumer closes. */
  readonly closed: Promise<void>
  /** Told why it is still there. */
  readonly fault: (reason: string) => void
}

/** Between two attempts, in milliseconds. */
const pauseMs = 5_000
const never = new AbortController().signal

/** Of a file that had its effect. It stays claimed until it is away, so that it is not handed on again; tried until the consumer closes. */
export async function putAway(claimed: Claimed, { root, folder, claims, host, closed, fault }: PutAwayOptions): Promise<void> {
  const { path, at } = claimed
  for (;;) {
    try {
      if (folder === undefined) await unlink(at)
      else await moveBeside(at, join(resolve(root, folder), path), host.clock.now())
      await claims.end(root, claimed)
      return
    } catch (error) {
      fault(`${folder === undefined ? `deleting ${path}` : `moving ${path} to ${folder}`}: ${codeOf(error)}`)
      if (!(await inTime(closed, never, pauseMs))) continue
      host.log.warn('file is done and stays claimed', { path, reason: codeOf(error) })
      return
    }
  }
}
