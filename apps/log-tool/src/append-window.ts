import type { CopiedEvent } from './copied-event.js';

/** Events of one stream that are appended together. */
export interface Group {
  readonly events: readonly CopiedEvent[];
  /** `eventText` of each. */
  readonly texts: readonly string[];
  readonly bytes: number;
}

/** With one more append, half of what the embedded store lets wait: it never refuses one of a window. */
const BYTES_MAX = 16 * 1_024 * 1_024;

/**
 * Appends under way, in the order in which they were begun. More than one is only for a store that decides an append when
 * it is called, and makes durable what was decided before it no later: there the order is that of the calls.
 */
export class AppendWindow {
  readonly #flights: { readonly group: Group; readonly answered: Promise<void> }[] = [];
  #bytes = 0;

  constructor(
    private readonly appendsMax: number,
    private readonly append: (group: Group) => Promise<void>,
    /** Told in order. */
    private readonly done: (group: Group) => void,
  ) {}

  /** Begins it when there is room. @throws what an earlier one failed with, and then none is under way any more */
  async add(group: Group): Promise<void> {
    while (this.#flights.length >= this.appendsMax || this.#bytes > BYTES_MAX) await this.#first();
    const answered = this.append(group);
    // Looked at in its turn; until then it is not unhandled.
    answered.catch(() => undefined);
    this.#flights.push({ group, answered });
    this.#bytes += group.bytes;
  }

  /** Resolves when all are answered. @throws as `add` does */
  async end(): Promise<void> {
    while (this.#flights.length > 0) await this.#first();
  }

  async #first(): Promise<void> {
    const flight = this.#flights.shift();
    if (flight === undefined) return;
    try {
      await flight.answered;
    } catch (error) {
      await Promise.allSettled(this.#flights.map(({ answered }) => answered));
      throw error;
    }
    this.#bytes -= flight.group.bytes;
    this.done(flight.group);
  }
}
