/**
 * What is asked of a driver: `Pool` of `pg` has it, and whatever behaves as that does. The types are structural, so that
 * this package depends on no driver and on no version of one.
 */
export interface TransactionPool {
  connect(): Promise<TransactionClient>;
}

export interface TransactionClient {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: unknown[] }>;
  /** @param destroy the connection is not to be used again */
  release(destroy?: boolean): void;
  on(event: 'error', listener: (error: Error) => void): unknown;
  removeListener(event: 'error', listener: (error: Error) => void): unknown;
}

/**
 * The client as the author's own driver types it. `connect` of `pg` takes a callback as well, and of overloads the
 * compiler looks at the last: so both forms are named.
 */
export type ClientOf<P> = P extends { connect(): Promise<infer C>; connect(callback: never): unknown }
  ? C
  : P extends { connect(): Promise<infer C> }
    ? C
    : never;
