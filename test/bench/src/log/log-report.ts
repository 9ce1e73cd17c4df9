import type { LoopFigures } from '../closed-loop.js';
import type { Place } from './log-arguments.js';

/** What writing cost the process that did it, and the server that the log is on: 0 where there is none. Microseconds. */
export interface AppendedOnServer extends LoopFigures {
  readonly serverCpuUs: number;
}

/** Times are the machine's monotonic clock, the same in all its processes. */
export interface Called {
  readonly id: string;
  readonly calledAtMs: number;
  readonly answeredAtMs: number;
}

export interface Delivered {
  readonly id: string;
  readonly atMs: number;
}

export interface Spread {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** Until a subscriber that was caught up has the event. */
export interface Lagged {
  readonly appends: number;
  readonly perSecond: number;
  /** With the append itself, its flush and its way in it. */
  readonly sinceCalled: Spread;
  /** Below 0 where the subscriber saw it before the appender had its answer. */
  readonly sinceAnswered: Spread;
}

export interface ReadStreams {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly cpuUs: number;
}

/** MiB of a process. */
export interface Memory {
  /** What no file backs: the largest seen since the row before. */
  readonly ownMax: number;
  /** With pages of files. */
  readonly resident: number;
  /** What of that is pages of the log's file, which the kernel lends. */
  readonly log: number;
}

export interface MemoryBehind {
  /** So many were read. */
  readonly events: number;
  readonly reader: Memory;
  /** Null where the reader opens the log itself. */
  readonly server: Memory | null;
}

export interface Replayed {
  readonly events: number;
  readonly perSecond: number;
  /** Of the process that reads, an event. */
  readonly cpuUs: number;
  /** Behind each quarter. */
  readonly memory: readonly MemoryBehind[];
}

/** What was asked for; empty or null is what was not. */
export interface LogFigures {
  readonly place: Place;
  readonly appended: readonly AppendedOnServer[];
  /** Two appends, as an execution makes them: a claim of two events, then the outcome at the exact revision. */
  readonly executed: readonly AppendedOnServer[];
  readonly lag: Lagged | null;
  /** Of two events each, one after the other. */
  readonly streams: ReadStreams | null;
  readonly replayed: (Replayed & { readonly serverCpuUs: number }) | null;
}
