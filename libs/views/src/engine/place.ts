/**
 * A place where views are kept, in the words that both engines have. Views lie there in generations, numbered from 1:
 * one is live, which is what readers see; another may be in the making.
 *
 * P1 making a generation live is one atomic act: after kill -9 the old or the new one is live, never none of them;
 * P2 the writer's lock goes with its process. It may go before, unseen, where it hangs on a connection: so what decides is
 *    compared where it is written, in the same transaction.
 */
import type { Kysely } from 'kysely';
import type { TableWords } from '../schema/create-tables.js';
import type { Tables } from '../schema/tables.js';

/** `index`: for the statements that make indexes, which take as long as there are rows. */
export type Use = 'read' | 'write' | 'index';

export interface Generations {
  readonly live: number | null;
  readonly all: readonly number[];
}

export interface WriterLock {
  /** @throws ViewsInUse the lock was lost, and another writer has it now  @throws ViewsUnavailable */
  check(): Promise<void>;
  release(): Promise<void>;
}

/** Connections to the tables of one generation. */
export interface Connections {
  readonly db: Kysely<Tables>;
  close(): Promise<void>;
}

export interface Place {
  /** For messages: without a password. */
  readonly name: string;
  readonly words: TableWords;
  /** Writers may be at it at once, so that a row which decides is to be locked by whoever reads it. */
  readonly locksRows: boolean;
  /** @throws ViewsInUse @throws ViewsUnavailable */
  lock(): Promise<WriterLock>;
  generations(): Promise<Generations>;
  /** Only the one that is live: what a reader looks at once a second. */
  live(): Promise<number | null>;
  /** An empty place for the tables of a generation; one that is there already stays. */
  make(generation: number): Promise<void>;
  /** @returns null where there is no such generation (any more) */
  open(generation: number, use: Use): Promise<Connections | null>;
  /**
   * Makes a generation live in place of the one that was when its writer opened the place.
   * @param within the transaction, where the engine keeps that in the same database
   * @returns false where another one is live by now: then nothing was changed
   */
  setLive(generation: number, before: number | null, within: Kysely<Tables>): Promise<boolean>;
  /** @returns false where it is still in use, and stays */
  drop(generation: number): Promise<boolean>;
  /** What an operator finds it by. */
  wordFor(generation: number): string;
  /** The tables that were asked are not there (any more). */
  isMissing(error: unknown): boolean;
  /** What an engine's error means to a caller: ViewsUnavailable, ViewsDamaged, or the error itself where it is our bug. */
  meaningOf(error: unknown): unknown;
  close(): Promise<void>;
}
