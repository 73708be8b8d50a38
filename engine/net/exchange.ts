import type { ServerResponse } from 'node:http'
import { asSluiceError, SluiceError } from '../core/errors.ts'
import type { Reply } from '../core/message.ts'
import type { AccessRecord, Logger } from '../core/ports.ts'
import { badRequest } from './bad-request.ts'
import type { Correlate } from './correlation.ts'
import { checkHead } from './head.ts'
import type { Incoming } from './incoming.ts'
import type { EdgeLimits } from './limits.ts'
import { problem } from './problem.ts'
import { isIntricate, readQuery } from './query.ts'
import { writeReply } from './reply.ts'
import { HttpRequest } from './request.ts'
import type { Found, Routes } from './routes.ts'
import { readTarget } from './target.ts'

/** What all listeners of a process share. */
export interface Edge {
  readonly log: Logger
  readonly access: (record: AccessRecord) => void
  readonly correlate: Correlate
  readonly limits: EdgeLimits
}

/** The listener that a request came to, as it is at that moment. */
export interface Place {
  readonly edge: Edge
  /** `undefined` until the first swap. */
  readonly routes: Routes | undefined
  /** `host:port`. */
  readonly authority: string
  readonly closing: boolean
}

/** One request and its reply. `unmet`: it expects what nobody can fulfil. Never throws. */
export function exchange(place: Place, incoming: Incoming, response: ServerResponse, unmet = false): void {
  const id = place.edge.correlate(incoming.headers['x-correlation-id'])
  const respond = (reply: Reply, closing: boolean): void => write(place, incoming, response, { id, reply, closing })
  let arrived: Arrived
  try {
    arrived = arrive(place, incoming, response, id)
  } catch (thrown) {
    const error = asSluiceError(thrown)
    // What was read as a body may have been meant as the next request: nothing that follows can be trusted.
    respond(refuse(place, incoming, id, error), error.code === 'BAD_REQUEST')
    return
  }
  const answered = answer(place, arrived, unmet)
  if (!(answered instanceof Promise)) {
    respond(answered, false)
    return
  }
  answered.then(
    reply => respond(reply, false),
    error => respond(fail(place, id, error), false),
  )
}

interface Arrived {
  readonly found: Found
  readonly request: HttpRequest
}

function arrive(place: Place, incoming: Incoming, response: ServerResponse, id: string): Arrived {
  const { limits } = place.edge
  checkHead(incoming, limits.headerFields)
  const { path, query } = readTarget(incoming.url ?? '', incoming.headers.host, limits.targetBytes)
  const found = find(place, incoming.method ?? 'GET', path)
  const request = new HttpRequest(incoming, response, {
    id,
    path,
    query: isIntricate(query) ? readQuery(query) : query,
    params: found.params,
    maxBody: found.entry.maxBody,
    authority: place.authority,
  })
  return { found, request }
}

function answer(place: Place, { found, request }: Arrived, unmet: boolean): Reply | Promise<Reply> {
  try {
    if (found.allow !== undefined) return refuseMethod(place, request, found, found.allow)
    if (unmet) return found.entry.refuse(badRequest('only "100-continue" can be expected', 417), request)
    return found.entry.answer(request)
  } catch (error) {
    return fail(place, request.id, error)
  }
}

function find({ routes }: Place, method: string, path: string): Found {
  if (routes === undefined) throw new SluiceError('OVERLOADED', 'the gateway is starting', { headers: { 'retry-after': '1' } })
  const found = routes.find(method, path)
  if (found === undefined) throw new SluiceError('NOT_FOUND', 'no pipeline is served at this path')
  return found
}

function refuseMethod({ edge }: Place, request: HttpRequest, { entry }: Found, allow: string): Reply {
  if (request.method !== 'OPTIONS')
    return entry.refuse(new SluiceError('METHOD_NOT_ALLOWED', `this path takes ${allow}`, { headers: { allow } }), request)
  const { id, method, path } = request
  edge.access({ id, method, path, status: 204, durationMs: 0 })
  return { status: 204, headers: { allow }, body: nothing }
}
const nothing = new Uint8Array(0)

/** A request that belongs to no channel. Nothing was waited for. */
function refuse({ edge }: Place, incoming: Incoming, id: string, error: SluiceError): Reply {
  const path = incoming.url?.split('?', 1)[0]
  edge.access({ id, method: incoming.method, path, status: error.status, error: error.reason, durationMs: 0 })
  if (error.fault === 'receiver' && error.code !== 'OVERLOADED') edge.log.error('edge', { id, error })
  return problem(error, id)
}

/** A channel keeps its promise never to throw; should one break it, the caller still has an answer. */
function fail({ edge }: Place, id: string, thrown: unknown): Reply {
  const error = asSluiceError(thrown)
  edge.log.error('edge', { id, error })
  return problem(new SluiceError('INTERNAL', error.message), id)
}

interface Written {
  readonly id: string
  readonly reply: Reply
  readonly closing: boolean
}

function write(place: Place, incoming: Incoming, response: ServerResponse, { id, reply, closing }: Written): void {
  if (response.destroyed) return
  const options = { id, closing: closing || place.closing, limits: place.edge.limits }
  try {
    writeReply(incoming, response, reply, options)
  } catch (error) {
    const instead = fail(place, id, error)
    if (response.headersSent) response.destroy()
    else writeReply(incoming, response, instead, { ...options, closing: true })
  }
}
