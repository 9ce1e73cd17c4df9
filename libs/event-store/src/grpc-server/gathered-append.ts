/** One append as its events come in, message by message: never larger in memory than an append may be. */
import type { NewRawEvent } from '../embedded/raw-event.js';
import { encodedTypeBytes } from '../embedded/stored-raw-append.js';
import { APPEND_DATA_BYTES_MAX, badRequest, type Refused } from './append-outcome.js';
import type { BytesBudget } from './bytes-budget.js';
import { type ProposedMessage, proposedEvent } from './proposed-events.js';

/** Types and metadata included, as the log stores them; what goes beyond is refused, whatever its data. */
const APPEND_BYTES_MAX = 32 * 1024 * 1024;
/** Of one event, likewise: clients can read messages of up to 17 MiB. */
const EVENT_BYTES_MAX = 16 * 1024 * 1024;
/** What the log can hold as one append. */
const APPEND_EVENTS_MAX = 65_000;
/** An event in memory beside its bytes: its id, and the objects that it consists of. */
const EVENT_OVERHEAD_BYTES = 256;
/** An append: its options, and what is noted of it and its call. */
const APPEND_OVERHEAD_BYTES = 1_024;
/** A name is kept as it came, as text, and in the answer. */
const NAME_COPIES = 3;

export class GatheredAppend {
  #events: NewRawEvent[] = [];
  #refused: Refused | undefined;
  #dataBytes = 0;
  #encodedBytes = 0;
  /** Of the budget. */
  #taken = 0;

  constructor(private readonly budget: BytesBudget) {
    this.#take(APPEND_OVERHEAD_BYTES);
  }

  /** The first thing that is wrong; what comes after it is not kept. */
  get refused(): Refused | undefined {
    return this.#refused;
  }

  get events(): readonly NewRawEvent[] {
    return this.#events;
  }

  /** What it takes in memory. */
  get bytes(): number {
    return this.#taken;
  }

  name({ length }: Uint8Array): void {
    this.#take(length * NAME_COPIES);
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

  /** Called when it is written or refused, or nobody waits any more. */
  letGo(): void {
    this.budget.giveBack(this.#taken);
    this.#taken = 0;
    this.#events = [];
  }

  #keep(event: NewRawEvent): Refused | undefined {
    const bytes = event.data.length + event.metadata.length + encodedTypeBytes(event.type);
    if (bytes > EVENT_BYTES_MAX)
      return badRequest(`event ${event.id} has more than ${EVENT_BYTES_MAX} bytes`);
    this.#take(EVENT_OVERHEAD_BYTES + bytes);
    if (this.#refused) return this.#refused;
    this.#encodedBytes += bytes;
    this.#dataBytes += event.data.length;
    this.#events.push(event);
    if (this.#dataBytes > APPEND_DATA_BYTES_MAX) return { kind: 'too-large' };
    if (this.#encodedBytes > APPEND_BYTES_MAX)
      return badRequest(`an append has at most ${APPEND_BYTES_MAX} bytes`);
    if (this.#events.length > APPEND_EVENTS_MAX)
      return badRequest(`an append has at most ${APPEND_EVENTS_MAX} events`);
    return undefined;
  }

  #take(bytes: number): void {
    if (this.#refused) return;
    if (this.budget.take(bytes)) this.#taken += bytes;
    else
      this.refuse({ kind: 'busy', detail: 'too much waits to be written; nothing of this was: try later' });
  }
}
