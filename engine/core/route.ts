import type { Route, WireHead, WireRequest } from './component.ts'
import type { Size } from './duration.ts'
import type { SluiceError } from './errors.ts'
import type { Reply } from './message.ts'
import type { ChannelModel } from './model.ts'

/** One route of a revision as a listener sees it: data, swapped with the revision. */
export interface RouteEntry {
  readonly route: Route
  /** The channels that answer on it: one, or several that share it. */
  readonly channels: readonly ChannelModel[]
  readonly maxBody: Size
  /** Answers a request, errors included; writes the access record; never rejects. */
  answer(request: WireRequest): Reply | Promise<Reply>
  /** Says no on the listener's behalf (405, 413 before anything was read), in the channel's format; writes the access record. */
  refuse(error: SluiceError, request: WireHead): Reply
}

/** What a listener serves: the routes by listener name. */
export type RouteTable = ReadonlyMap<string, readonly RouteEntry[]>
