/**
 * Beats for an executor from where its event loop does not reach: an action that computes for long must not make others
 * take this executor for dead. It may fail at any time, for the executor beats itself whenever nothing came from here.
 */
export interface Beater {
  start(): void;
  /** Called each third of a lease: the executor's event loop turns. @returns whether a beat was sent since the last call */
  turn(): boolean;
  /** Resolves within a bound when it sends nothing any more, and what it sent has arrived. Never rejects. */
  stop(): Promise<void>;
}
