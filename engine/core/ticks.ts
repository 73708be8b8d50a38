/**
 * The ticks of one channel, kept so that each is run once in the cluster, whichever node it is that runs it, and again where that node died.
 * Times are milliseconds since the epoch. Everything rejects with STORE where the store is away: then nothing is run, and never twice.
 */
export interface Ticks {
  /** How far the ticks of these times were dealt with, by all nodes, before and in this process. */
  reached(times: string): Promise<Reached>
  /** Puts ticks down as to be run, all of them or none. */
  note(note: Note): Promise<Noting>
  /** What is put down and not over yet, the oldest first. */
  waiting(): Promise<readonly WaitingTick[]>
  /** Frees what the process before this one died with, where no other process can be at work: its lease need not be waited for. */
  inherit(): Promise<void>
  /** Takes ticks that nobody works on, the oldest first; of those in a row only the first, and none while another of them is worked on. */
  claim(limit: number): Promise<readonly ClaimedTick[]>
  /** Ends a tick that was put down and not claimed: the run before it still goes on. */
  skip(tick: number, following: number | undefined): Promise<void>
  /** Counts ticks that nobody will run. */
  missed(count: number): void
  /**
   * The run of `immediately`: once for each start of the process, and of the cluster where several share the store. Undefined where it was made
   * already; else what is claimed now. Whoever asked calls `leave` at its end.
   */
  start(at: number, inRow: boolean): Promise<readonly ClaimedTick[] | undefined>
  leave(): Promise<void>
}

export interface Reached {
  /** Undefined where there is none, or one of other times. */
  readonly tick: number | undefined
  /** What `note` compares; 0: there is none. */
  readonly version: number
}

export interface Note {
  /** Those to run, the oldest first. */
  readonly ticks: readonly number[]
  /** The newest tick that is dealt with by this. */
  readonly reached: number
  /** When ticks come, as text: what is reached counts for these times only. */
  readonly times: string
  /** In a row they are run one at a time. */
  readonly inRow: boolean
  /** Only where nobody reached further in between: the version that `reached` gave. */
  readonly expect?: number | undefined
}

/** `known`: another put one of them down before. `moved`: another node reached further. `paused`: no tick is to be run. */
export type Noting = 'noted' | 'known' | 'moved' | 'paused'

export interface WaitingTick {
  readonly tick: number
  /** When it can be claimed. */
  readonly free: number
  /** Until when the last node that worked on it had it; undefined where none did. */
  readonly heldUntil: number | undefined
}

/** A tick that this node works on. Its lease is renewed until it is done or back. */
export interface ClaimedTick {
  readonly tick: number
  /** 1 at first; each node that died with it counted one. */
  readonly attempt: number
  /** Aborts when another node may have taken it. */
  readonly lost: AbortSignal
  /** It is over, and kept as history. Rejects with STORE where that cannot be kept: then it is still this node's. */
  done(ended: TickEnd): Promise<void>
  /** Not done: it can be claimed again after so many milliseconds, by any node; this attempt is not counted. */
  back(delayMs: number): Promise<void>
}

export interface TickEnd {
  readonly outcome: 'ran' | 'failed' | 'missed'
  /** The error's code. */
  readonly code?: string | undefined
  /** When the next tick comes: how long this one is remembered is counted by it. */
  readonly following: number | undefined
}

/** How a tick ended, as it is remembered: a hundred of a channel or more, for an hour at least and thirty days at most. */
export type TickRecord = {
  readonly tick: number
  /** Why there was a run: its time came, the gateway started, somebody asked. */
  readonly why: TickReason
  readonly outcome: TickOutcome
  readonly attempts: number
  /** Who ran it. */
  readonly node: string
  /** When the run began; that of the tick where there was none. */
  readonly begun: number
  readonly ended: number
  readonly code?: string | undefined
}
export type TickReason = 'tick' | 'start' | 'run'
export type TickOutcome = TickEnd['outcome'] | 'skipped'
