/**
 * Checkpoints and caught-up arrive beside the events, when the client has seen them, which is before its buffer is read.
 * Here they wait for their turn. Of several between the same two events the newest counts, so there are never more than
 * events in the buffer, and one.
 */
export interface Mark {
  /** Up to here everything was sent that matches. */
  readonly checkpoint: bigint | undefined;
  readonly caughtUp: boolean;
}

export class Marks {
  /** `behind` events, counted from the beginning. */
  readonly #waiting: (Mark & { readonly behind: number })[] = [];

  /** @param behind how many events came before it */
  note(behind: number, { checkpoint, caughtUp }: Partial<Mark>): void {
    const last = this.#waiting.at(-1);
    const joins = last?.behind === behind;
    if (joins) this.#waiting.pop();
    this.#waiting.push({
      behind,
      checkpoint: checkpoint ?? (joins ? last.checkpoint : undefined),
      caughtUp: caughtUp === true || (joins && last.caughtUp),
    });
  }

  /** The mark that comes before the next event, once `events` were read. */
  due(events: number): Mark | undefined {
    const [first] = this.#waiting;
    if (first === undefined || first.behind > events) return undefined;
    return this.#waiting.shift();
  }
}
