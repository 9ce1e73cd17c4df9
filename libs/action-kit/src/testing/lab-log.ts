import type { ActionEvent } from '@action-do/contracts';

/** Somebody wrote first: read and decide again. */
export class LabConflict extends Error {
  override readonly name = 'LabConflict';
}

/** The one stream of a life, as the event log keeps it: an append at the newest revision only, and a repeat is known. */
export class LabLog {
  readonly #events: { readonly event: ActionEvent; readonly append: symbol }[] = [];

  read(): readonly ActionEvent[] {
    return this.#events.map(({ event }) => event);
  }

  /** Whether nobody has written since. */
  isAt(revision: bigint): boolean {
    return Number(revision) + 1 === this.#events.length;
  }

  /**
   * @param append the identity of this append: with the same one it may be repeated
   * @param behind revision of the last event that the writer knows of, -1 for none
   * @throws LabConflict that is not the last one, and this append is not what follows it
   */
  append(append: symbol, events: readonly ActionEvent[], behind: bigint): void {
    const next = Number(behind) + 1;
    if (this.#events[next]?.append === append) return;
    if (next !== this.#events.length) throw new LabConflict(`the log is at ${this.#events.length - 1}`);
    // Kept as JSON carries it, as every log would.
    for (const event of events) this.#events.push({ event: JSON.parse(JSON.stringify(event)), append });
  }
}
