/** One append as its events come in, message by message: never larger in memory than an append may be. */
import type { NewRawEvent } from '../embedded/raw-event.js';
import { APPEND_DATA_BYTES_MAX, badRequest, type Refused } from './append-outcome.js';
import type { BytesBudget } from './bytes-budget.js';
import { type ProposedMessage, proposedEvent } from './proposed-events.js';

/** Types and metadata included; what goes beyond is refused, whatever its data. */
const APPEND_BYTES_MAX = 32 * 1024 * 1024;
/** What the log can hold as one append. */
const APPEND_EVENTS_MAX = 65_000;

export class GatheredAppend {
  #events: NewRawEvent[] = [];
  #refused: Refused | undefined;
  #dataBytes = 0;
  #bytes = 0;

  constructor(private readonly budget: BytesBudget) {}

  /** The first thing that is wrong; what comes after it is not kept. */
  get refused(): Refused | undefined {
    return this.#refused;
  }

  get events(): readonly NewRawEvent[] {
    return this.#events;
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(message: ProposedMessage): void {
    if (this.#refused) return;
    const event = proposedEvent(message);
    const wrong = 'kind' in event ? event : this.#keep(event);
    if (wrong) this.refuse(wrong);
  }

  refuse(refused: Refused): void {
    this.#refused ??= refused;
    this.letGo();
  }

  /** Called when it is answered, or nobody waits any more. */
  letGo(): void {
    this.budget.giveBack(this.#bytes);
    this.#bytes = 0;
    this.#events = [];
  }

  #keep(event: NewRawEvent): Refused | undefined {
    const bytes = event.data.length + event.metadata.length + event.type.length;
    if (!this.budget.take(bytes))
      return { kind: 'busy', detail: 'too much waits to be written; nothing of this was: try later' };
    this.#bytes += bytes;
    this.#dataBytes += event.data.length;
    this.#events.push(event);
    if (this.#dataBytes > APPEND_DATA_BYTES_MAX) return { kind: 'too-large' };
    if (this.#bytes > APPEND_BYTES_MAX) return badRequest(`an append has at most ${APPEND_BYTES_MAX} bytes`);
    if (this.#events.length > APPEND_EVENTS_MAX)
      return badRequest(`an append has at most ${APPEND_EVENTS_MAX} events`);
    return undefined;
  }
}
