/** What the loader is asked to do, one message at a time. */
export interface LoadPlan {
  /** Server to load, such as `http://127.0.0.1:8420`. */
  readonly url: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The body of request n: the text before, n in decimal, the text after. Each n is used once: params are distinct. */
  readonly body: readonly [before: string, after: string];
  readonly firstNumber: number;
  /** Requests in flight at any time: each connection sends its next one when it has its answer. */
  readonly concurrency: number;
  readonly durationMs: number;
}

/** What came of it. Latencies in microseconds, from sending to the last byte. */
export interface LoadResult {
  readonly requests: number;
  /** Answers whose status was not 200, by status; 0 = no answer. */
  readonly others: Readonly<Record<string, number>>;
  readonly elapsedMs: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly nextNumber: number;
}
