import type { RecordedEvent, SubscriptionItem } from '@action-do/event-store';
import type { Clock } from '../ports.js';
import { roughSize } from './rough-size.js';

export interface Batch {
  readonly events: readonly RecordedEvent[];
  /** Everything up to here was in this batch or one before, or is not for us. */
  readonly position: bigint;
}

export interface BatchLimits {
  readonly eventsMax: number;
  /** Of the events' data, about. */
  readonly bytesMax: number;
  /** From the first item of a batch on, where the log has no more. */
  readonly waitMs: number;
}

const BATCH_LIMITS: BatchLimits = { eventsMax: 1_000, bytesMax: 8 * 1024 * 1024, waitMs: 50 };

/**
 * Cuts a subscription into batches. At the end of the log one waits out its time and then takes what has come meanwhile,
 * in one go: who asks again at once is woken by every flush, to read two events. Nothing is read ahead of the batch that
 * is being worked on but one item.
 */
export async function* inBatches(
  items: AsyncIterable<SubscriptionItem>,
  clock: Clock,
  { eventsMax, bytesMax, waitMs }: BatchLimits = BATCH_LIMITS,
): AsyncGenerator<Batch> {
  const iterator = items[Symbol.asyncIterator]();
  let position = -1n;
  let next = iterator.next();
  try {
    for (let first = await next; !first.done; first = await next) {
      const events: RecordedEvent[] = [];
      let bytes = 0;
      let item: IteratorResult<SubscriptionItem> | null = first;
      let over = new Alarm(clock, waitMs);
      let waited = false;
      while (item !== null && !item.done) {
        const { value } = item;
        if (value.kind === 'event') {
          events.push(value.event);
          bytes += roughSize(value.event.data);
          position = value.event.position;
        } else position = value.position;
        const atEnd = value.kind === 'caught-up';
        if (atEnd && !waited) {
          await over.rings;
          over = new Alarm(clock, waitMs);
          waited = true;
          next = iterator.next();
        } else {
          next = iterator.next();
          if (atEnd || events.length >= eventsMax || bytes >= bytesMax) break;
        }
        item = await over.orNull(next);
      }
      over.callOff();
      yield { events, position };
    }
  } finally {
    // Not awaited: an iteration that waits for the log would only end with it.
    next.catch(() => undefined);
    void iterator.return?.();
  }
}

class Alarm {
  readonly callOff: () => void;
  readonly rings: Promise<void>;
  #rung = false;
  #giveUp = (): void => undefined;

  constructor(clock: Clock, ms: number) {
    let callOff = (): void => undefined;
    this.rings = new Promise((resolve) => {
      callOff = clock.after(ms, () => {
        this.#rung = true;
        this.#giveUp();
        resolve();
      });
    });
    this.callOff = () => callOff();
  }

  /** What `promise` brings, or null once this has rung. One promise at a time: a race would leave a trace of each event. */
  orNull<T>(promise: Promise<T>): Promise<T | null> {
    if (this.#rung) return Promise.resolve(null);
    return new Promise((resolve, reject) => {
      this.#giveUp = () => resolve(null);
      promise.then(resolve, reject);
    });
  }
}
