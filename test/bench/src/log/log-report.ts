import type { Place } from './log-arguments.js';

/** What the processes of this bench tell the one that runs them. Times in milliseconds, CPU in microseconds. */
export interface Appended {
  readonly concurrency: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of the process that appends, an append. */
  readonly cpuUs: number;
}

export interface Lagged {
  readonly appends: number;
  /** From the answer to an append to its delivery to a subscriber that was caught up; below 0 where it came first. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export interface ReadStreams {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly cpuUs: number;
}

export interface Replayed {
  readonly events: number;
  readonly perSecond: number;
  /** Of the process that reads, an event. */
  readonly cpuUs: number;
  /** Its own memory (no file pages) at its largest, when a tenth was read and at the end. MiB. */
  readonly ownMibAtTenth: number;
  readonly ownMibMax: number;
}

export interface LagAndStreams {
  readonly lag: Lagged;
  /** Of two events each, one after the other. */
  readonly streams: ReadStreams;
}

export interface LogFigures extends LagAndStreams {
  readonly place: Place;
  readonly appended: readonly Appended[];
  readonly replayed: Replayed;
}
