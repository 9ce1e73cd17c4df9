import type { Readable, Writable } from 'node:stream';
import type { runNpm } from './run-npm.js';

/** Everything outside that a command touches, passed in so that a test needs no process. Files are read for real. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly stdin: Readable;
  readonly fetch: typeof globalThis.fetch;
  readonly runNpm: typeof runNpm;
  /** What relative paths are relative to. */
  readonly cwd: string;
  /** Milliseconds since the Unix epoch. */
  readonly nowMs: () => number;
  /** Ends after `ms`, or when the signal is aborted if that is sooner; never rejects. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly isTTY: { readonly stdout: boolean; readonly stderr: boolean };
  /** Width of the terminal; undefined where there is none. */
  readonly columns: number | undefined;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}
