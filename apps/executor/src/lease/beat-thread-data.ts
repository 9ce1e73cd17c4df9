/** What the thread that beats is given. It knows no more of beats than that: it is small because it loads nothing else. */
export interface BeatThreadData {
  readonly bus: { readonly url: string; readonly inbox: string; readonly insecureDev: boolean };
  /** Of its connection. */
  readonly name: string;
  readonly subject: string;
  /** What is said, each time. */
  readonly beat: Uint8Array;
  readonly everyMs: number;
  /** It falls silent where the executor did not turn for longer. */
  readonly stallMs: number;
  /** Two counters, which may run over; see `TURNS` and `BEATS`. They outlive a thread that dies. */
  readonly counters: SharedArrayBuffer;
}

export const COUNTERS_BYTES = 2 * Int32Array.BYTES_PER_ELEMENT;
/** Of those counters: raised by the executor each third of a lease. */
export const TURNS = 0;
/** Of those counters: raised by the thread for each beat that it could send. */
export const BEATS = 1;

/** Thread to parent: what went wrong with its connection, while it goes on. */
export interface BeatThreadTrouble {
  readonly trouble: string;
}
